import { Webhook } from 'standardwebhooks';
import { testGateway } from '../../support/gateway';
import { keepSecret } from '../../support/secrets';
import { beta } from '../../support/test-authenticator';
import { until } from '../../support/until';
import { anImage, ask, type Reply, tagsPath } from './native-calls';
import { createHook, type Hook, receiversOfTest, webhookGateway, webhookPath } from './webhook-calls';

interface Attempt {
  readonly event: string;
  readonly type: string;
  readonly attempt: number;
  readonly delivered: boolean;
  readonly status: number | null;
  readonly fault: string | null;
}

const given = testGateway(webhookGateway);
const receiver = receiversOfTest();
const path = webhookPath;
const hooks: string[] = [];

afterEach(async () => {
  for (const hook of hooks.splice(0)) await ask(given(), 'DELETE', hook);
});

const hookOf = ({ body }: Reply) => body as unknown as Hook;

async function aHook(url: string, more: object = {}): Promise<Hook> {
  const hook = await createHook(given(), url, more);
  hooks.push(path(hook.id));
  return hook;
}

const show = async (id: string) => hookOf(await ask(given(), 'GET', path(id)));
const attempts = async (id: string) =>
  (await ask(given(), 'GET', `${path(id)}/deliveries`)).body.items as unknown as Attempt[];
const patch = (id: string, body: unknown) => ask(given(), 'PATCH', tagsPath(id), { body });

/** As if the pause of the schedule were over. */
async function makeDue(id: string): Promise<void> {
  const text = "update webhooks set next_at = '2020-01-01T00:00:00Z' where webhook_id = $1";
  await given().database.query({ text }, [id]);
}

test('every change comes once, in order, and verifies with the secret that was shown once', async () => {
  const { seen, url } = await receiver();
  const hook = await aHook(url);
  const id = await anImage(given(), ['a']);
  for (const tag of ['b', 'c', 'ä=日本 "x"']) await patch(id, { add: [tag] });
  await until(() => seen.length >= 4);
  expect(seen.map(({ event }) => event.data.revision)).toEqual(
    [0, 1, 2, 3].map((n) => n + (seen[0]?.event.data.revision ?? 0)),
  );
  for (const { body, headers, event } of seen) {
    expect(new Webhook(hook.secret).verify(body, headers as Record<string, string>)).toMatchObject({
      specversion: '1.0',
      type: 'tagway.image.tags.changed',
      timestamp: expect.any(String),
    });
    expect(headers['webhook-id']).toBe(event.id);
  }
  await until(async () => (await attempts(hook.id)).length === 4);
  expect((await attempts(hook.id))[0]).toMatchObject({
    delivered: true,
    status: 204,
    attempt: 1,
    fault: null,
  });
  expect(await show(hook.id)).not.toHaveProperty('secret');
});

test('a selector lets only changes of images through that match, or did', async () => {
  const { seen, url } = await receiver();
  await aHook(url, { selector: 'env=prod' });
  const id = await anImage(given(), ['env=dev']);
  await patch(id, { set: { env: 'prod' } });
  await patch(id, { set: { env: 'dev' } });
  await patch(id, { add: ['other'] });
  await until(() => seen.length >= 2);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(seen.map(({ event }) => event.data.tags)).toEqual([['env=prod'], ['env=dev']]);
});

test('what fails is tried again with the same id, and what comes later waits for it', async () => {
  let answers = 0;
  const to = await receiver((res) => res.writeHead(answers++ < 2 ? 500 : 200).end());
  const hook = await aHook(to.url);
  const id = await anImage(given(), ['a']);
  await patch(id, { add: ['b'] });
  await until(async () => (await show(hook.id)).failures === 1);
  expect(to.seen).toHaveLength(1);
  await makeDue(hook.id);
  await until(async () => (await show(hook.id)).failures === 2);
  await makeDue(hook.id);
  await until(() => to.seen.length === 4);
  expect(new Set(to.seen.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  await until(async () => (await show(hook.id)).failures === 0);
  const past = (await attempts(hook.id)).map(({ attempt, status }) => [attempt, status]);
  expect(past).toEqual([
    [1, 200],
    [3, 200],
    [2, 500],
    [1, 500],
  ]);
});

test('Retry-After is heeded', async () => {
  const to = await receiver((res) => res.writeHead(503, { 'retry-after': '120' }).end());
  const hook = await aHook(to.url);
  const before = Date.now();
  await anImage(given(), ['a']);
  await until(async () => (await show(hook.id)).failures === 1);
  const pause = Date.parse((await show(hook.id)).next_attempt_at ?? '') - before;
  expect(pause).toBeGreaterThanOrEqual(120_000);
  expect(pause).toBeLessThan(140_000);
});

test('410 disables, and a hook that is enabled again misses nothing', async () => {
  const to = await receiver((res) => res.writeHead(410).end());
  const hook = await aHook(to.url);
  const id = await anImage(given(), ['a']);
  await until(async () => !(await show(hook.id)).enabled);
  expect(await show(hook.id)).toMatchObject({ disabled_reason: 'gone' });
  await patch(id, { add: ['b'] });
  to.reaction = (res) => res.writeHead(200).end();
  const first = to.revisions[0] ?? NaN;
  await ask(given(), 'PATCH', path(hook.id), { body: { enabled: true } });
  await until(() => to.seen.length === 3);
  expect(to.revisions).toEqual([first, first, first + 1]);
  expect(await show(hook.id)).toMatchObject({ enabled: true, disabled_reason: null });
});

test('after the last attempt the hook is disabled', async () => {
  const to = await receiver((res) => res.writeHead(307, { location: 'http://127.0.0.1:1/' }).end());
  const hook = await aHook(to.url);
  await anImage(given(), ['a']);
  await until(async () => (await show(hook.id)).failures === 1);
  await given().database.query({ text: 'update webhooks set failures = 9 where webhook_id = $1' }, [hook.id]);
  await makeDue(hook.id);
  await until(async () => !(await show(hook.id)).enabled);
  expect(await show(hook.id)).toMatchObject({ disabled_reason: 'failing', failures: 10 });
});

test('while a secret is replaced, either verifies; the one before that does not', async () => {
  const to = await receiver();
  const hook = await aHook(to.url);
  const secrets = [hook.secret];
  for (let n = 0; n < 2; n++) {
    const rotated = hookOf(await ask(given(), 'POST', `${path(hook.id)}/rotate`));
    keepSecret(rotated.secret);
    secrets.push(rotated.secret);
  }
  await ask(given(), 'POST', `${path(hook.id)}/test`);
  await until(() => to.seen.length === 1);
  const { body = '', headers = {} } = to.seen[0] ?? {};
  const verdicts = secrets.map((secret) => {
    try {
      return Boolean(new Webhook(secret).verify(body, headers as Record<string, string>));
    } catch {
      return false;
    }
  });
  expect(verdicts).toEqual([false, true, true]);
});

test('a test is one attempt, also at a disabled hook, and its result is among the deliveries', async () => {
  const to = await receiver((res) => res.writeHead(500).end());
  const hook = await aHook(to.url, { enabled: false });
  const asked = await ask(given(), 'POST', `${path(hook.id)}/test`);
  expect([asked.status, asked.body.type]).toEqual([201, 'tagway.webhook.test']);
  await until(async () => (await attempts(hook.id)).length === 1);
  expect((await attempts(hook.id))[0]).toMatchObject({ type: 'tagway.webhook.test', status: 500 });
  expect(await show(hook.id)).toMatchObject({ failures: 0, enabled: false });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(to.seen).toHaveLength(1);
});

test('a receiver that does not answer holds up no other hook, and gets one event at a time', async () => {
  const slow = await receiver(() => undefined);
  const quick = await receiver();
  for (let n = 0; n < 2; n++) await aHook(slow.url);
  await aHook(quick.url);
  const id = await anImage(given(), ['a']);
  for (let n = 0; n < 5; n++) await patch(id, { add: [`t${String(n)}`] });
  await until(() => quick.seen.length === 6 && slow.seen.length >= 2);
  expect(slow.seen).toHaveLength(2);
});

test.each([
  [{}, '/url'],
  [{ url: 'nothing' }, '/url'],
  [{ url: 'ftp://example.com/' }, '/url'],
  [{ url: 'https://u:p@example.com/' }, '/url'],
  [{ url: 'https://example.com/#x' }, '/url'],
  [{ url: `https://example.com/${'x'.repeat(2048)}` }, '/url'],
  [{ url: 'https://169.254.169.254/latest' }, '/url'],
  [{ url: 'https://[::ffff:10.0.0.1]/' }, '/url'],
  [{ url: 'https://0xa9fea9fe/' }, '/url'],
  [{ url: 'http://10.0.0.1/' }, '/url'],
  [{ url: 'https://example.com/', selector: 'a in (' }, '/selector'],
  [{ url: 'https://example.com/', enabled: 'yes' }, '/enabled'],
  [{ url: 'https://example.com/', 'a/b': 1 }, '/a~1b'],
])('%j is 400', async (body, pointer) => {
  const reply = await ask(given(), 'POST', path(), { body });
  expect([reply.status, reply.body.errors[0]?.pointer]).toEqual([400, pointer]);
});

test('readers may read, members may write, and other projects see nothing', async () => {
  const hook = await aHook('https://example.com/');
  const as = 'reader-user';
  expect((await ask(given(), 'GET', path(hook.id), { as })).status).toBe(200);
  expect((await ask(given(), 'POST', path(), { as, body: { url: 'https://example.com/' } })).status).toBe(
    403,
  );
  expect((await ask(given(), 'POST', `${path(hook.id)}/test`, { as })).status).toBe(403);
  expect((await ask(given(), 'GET', path(hook.id), { as: 'bob' })).status).toBe(403);
  for (const method of ['GET', 'DELETE'])
    expect((await ask(given(), method, path(hook.id, beta), { as: 'bob' })).status).toBe(404);
  expect((await ask(given(), 'GET', path('%00'), {})).status).toBe(400);
  expect((await ask(given(), 'GET', path("x'--"), {})).status).toBe(404);
});

test('a project has ten webhooks at most, however many ask at once', async () => {
  const body = { url: 'https://example.com/', enabled: false };
  const replies = await Promise.all(Array.from({ length: 14 }, () => ask(given(), 'POST', path(), { body })));
  for (const reply of replies.filter(({ status }) => status === 201)) hooks.push(path(hookOf(reply).id));
  const statuses = replies.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array<number>(10).fill(201), ...Array<number>(4).fill(409)]);
});

test('what was removed before it was delivered is said with an event of its own', async () => {
  const to = await receiver((res) => res.writeHead(500).end());
  const hook = await aHook(to.url);
  await anImage(given(), ['a']);
  await until(async () => (await show(hook.id)).failures === 1);
  await given().database.query({ text: 'update tag_feeds set removed_to = last' }, []);
  to.reaction = (res) => res.writeHead(200).end();
  await makeDue(hook.id);
  await until(() => to.seen.length === 2);
  expect(to.seen[1]?.event).toMatchObject({
    type: 'tagway.feed.expired',
    data: { relist: expect.any(String) },
  });
  await until(async () => (await show(hook.id)).failures === 0);
});
