import { Webhook } from 'standardwebhooks';
import { addSeconds, SystemClock } from '../../../src/core/clock';
import { removeAllImages } from '../../../src/storage/image-removal';
import { PostgresWebhookQueue } from '../../../src/storage/webhooks/webhook-queue';
import { gatewayOn, startTestGateway } from '../../support/gateway';
import { alpha } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, tagsPath } from './native-calls';
import { createHook, receiversOfTest, webhookGateway, webhookPath } from './webhook-calls';

const receiver = receiversOfTest();
const path = webhookPath;

test('two gateways share the deliveries: every event, in order, one at a time, also when one of them stops', async () => {
  const first = await startTestGateway(webhookGateway);
  const second = await gatewayOn(first, webhookGateway);
  const to = await receiver((res) => setTimeout(() => res.writeHead(200).end(), 10));
  try {
    await createHook(first, to.url);
    const ids = await Promise.all(Array.from({ length: 4 }, () => anImage(first, ['a'])));
    for (let n = 0; n < 30; n++) {
      const body = { add: [`t${String(n)}`] };
      await Promise.all(ids.map((id) => ask(first, 'PATCH', tagsPath(id), { body })));
      if (n === 15) await second.close();
    }
    const text = 'select image_id, revision from tag_changes order by image_id, revision';
    const rows = await first.database.query<{ image_id: string; revision: number }>({ text }, []);
    const eventsSeen = () => new Set(to.seen.map(({ event }) => event.id)).size;
    await until(() => eventsSeen() === rows.length);
    expect(rows).toHaveLength(4 * 31);
    for (const id of ids) {
      const revisions = to.seen
        .filter(({ event }) => event.data.image === id)
        .map((one) => one.event.data.revision);
      expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    }
    expect(to.mostOpen).toBe(1);
  } finally {
    await first.close();
  }
}, 60_000);

test('a lease of a process that was killed is taken over when it runs out, not before', async () => {
  const given = await startTestGateway(webhookGateway);
  const to = await receiver();
  try {
    const hook = await createHook(given, to.url);
    const queue = new PostgresWebhookQueue(given.database);
    const ref = { projectId: alpha, webhookId: hook.id };
    const now = new SystemClock().now();
    expect(await queue.lease(ref, 'killed', now, addSeconds(now, 2))).toBeDefined();
    expect(await queue.lease(ref, 'another', now, addSeconds(now, 2))).toBeUndefined();
    await anImage(given, ['a']);
    await until(() => to.seen.length === 1);
    expect(new SystemClock().now() > addSeconds(now, 2)).toBe(true);
  } finally {
    await given.close();
  }
});

test('a gateway that starts again goes on where it was, and a reset removes webhooks', async () => {
  const first = await startTestGateway(webhookGateway);
  const to = await receiver((res) => res.writeHead(500).end());
  try {
    const hook = await createHook(first, to.url);
    await first.gateway.close();
    const stamp =
      "insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name, dialect, operation) values ($1, 'i', 1, '2026-11-27T00:00:00Z', '{a}', '{}', '{a}', 'u', 'u', 'seed', 'seed')";
    await first.database.query({ text: stamp }, [alpha]);
    to.reaction = (res) => res.writeHead(200).end();
    const again = await gatewayOn(first, webhookGateway);
    await until(() => to.seen.length === 1);
    const { body = '', headers = {} } = to.seen[0] ?? {};
    expect(new Webhook(hook.secret).verify(body, headers as Record<string, string>)).toMatchObject({
      data: { image: 'i', revision: 1 },
    });
    await removeAllImages(first.database, first.stateDir);
    const left = await first.database.query({ text: 'select 1 from webhooks' }, []);
    await again.close();
    expect(left).toEqual([]);
  } finally {
    await first.close().catch(() => undefined);
  }
});

test('without history there are no webhooks', async () => {
  const off = await startTestGateway({ ...webhookGateway, env: { TAGWAY_HISTORY_DAYS: 'off' } });
  try {
    const reply = await ask(off, 'POST', path(), { body: { url: 'https://example.com/' } });
    expect([reply.status, reply.body.type]).toEqual([404, '/problems/history-off']);
  } finally {
    await off.close();
  }
});
