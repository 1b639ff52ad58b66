import { testGateway } from '../../support/gateway';
import { until } from '../../support/until';
import { anImage, ask, tagsPath } from './native-calls';
import { createHook, type Hook, receiversOfTest, webhookGateway, webhookPath } from './webhook-calls';

const given = testGateway(webhookGateway);
const receiver = receiversOfTest();
const change = (id: string, body: object) => ask(given(), 'PATCH', webhookPath(id), { body });
const show = async (id: string) => (await ask(given(), 'GET', webhookPath(id))).body as unknown as Hook;
const hooks: string[] = [];
afterEach(async () => {
  for (const id of hooks.splice(0)) await ask(given(), 'DELETE', webhookPath(id));
});

async function aHook(url: string, more: object = {}): Promise<Hook> {
  const hook = await createHook(given(), url, more);
  hooks.push(hook.id);
  return hook;
}

test('what was not delivered goes to the new address at once, and by the new selector', async () => {
  const before = await receiver((res) => res.writeHead(500).end());
  const after = await receiver();
  const hook = await aHook(before.url);
  const id = await anImage(given(), ['a']);
  await ask(given(), 'PATCH', tagsPath(id), { body: { add: ['golden'] } });
  await until(async () => (await show(hook.id)).failures === 1);
  const changed = await change(hook.id, { url: after.url, selector: 'golden' });
  expect([changed.status, changed.body]).toEqual([
    200,
    expect.objectContaining({ url: after.url, selector: 'golden', enabled: true, failures: 0 }),
  ]);
  await until(() => after.seen.length === 1);
  expect([after.seen[0]?.event.data.tags, before.seen.length]).toEqual([['a', 'golden'], 1]);
  expect((await change(hook.id, { selector: null })).body).toMatchObject({ url: after.url, selector: null });
  await anImage(given(), ['other']);
  await until(() => after.seen.length === 2);
});

test('a change is refused as a creation is, and changes nothing then', async () => {
  const hook = await aHook('https://example.com/', { selector: 'a' });
  for (const [body, pointer] of [
    [{ url: 'https://10.0.0.1/', selector: 'b' }, '/url'],
    [{ url: null }, '/url'],
    [{ selector: 'a in (' }, '/selector'],
    [{ secret: 'mine' }, '/secret'],
  ] as const) {
    const refused = await change(hook.id, body);
    expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([400, pointer]);
  }
  expect(await show(hook.id)).toMatchObject({ url: 'https://example.com/', selector: 'a' });
  expect((await change('00000000-0000-4000-8000-000000000000', {})).status).toBe(404);
});

test('a webhook that is deleted is gone, with what it had not delivered', async () => {
  const to = await receiver((res) => res.writeHead(500).end());
  const hook = await createHook(given(), to.url);
  await anImage(given(), ['a']);
  await until(async () => (await show(hook.id)).failures === 1);
  expect((await ask(given(), 'DELETE', webhookPath(hook.id))).status).toBe(204);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/deliveries'],
    ['POST', '/test'],
  ] as const) {
    expect((await ask(given(), method, `${webhookPath(hook.id)}${path}`)).status).toBe(404);
  }
  const left = 'select 1 from webhooks where webhook_id = $1';
  expect(await given().database.query({ text: left }, [hook.id])).toEqual([]);
  expect(to.seen).toHaveLength(1);
});
