import { readConfig } from '../../../src/settings/config';
import { dialects } from '../../../src/composition/dialects';
import { adminSite } from '../../admin/some-admin';
import { openstack } from '../../support/dialects';
import { signIn } from '../../support/gateway-process';
import { keepSecret } from '../../support/secrets';
import { seeded } from '../../support/seed';
import { send } from '../../support/wire';
import type { Hook } from './webhook-calls';
import type { Body } from './native-calls';

/* History, feed and webhooks of a seeded gateway with users of its own: what is recorded, and what resets do to it. */
const site = adminSite();
const project = `/tags/v1/projects/${seeded.alpha}`;
const history = `${project}/images/${seeded.image}/tags/history`;
const pair = { access: seeded.access, secret: seeded.secret };
const asAlice = (method: string, path: string, body?: object, headers = {}) =>
  send(site().port, method, path, { token: site().alice, headers, ...(body && { body }) });
const itemsOf = async (path = history) => (await asAlice('GET', path)).json<Body>().items;
const query = (text: string) => site().database.query({ text }, []);

test('what the seed made is recorded as its work', async () => {
  const [first] = (await itemsOf()).slice(-1);
  expect(first).toMatchObject({
    revision: 1,
    added: ['a', 'k=v'],
    by: { user_id: 'operator', dialect: 'seed', operation: 'seed', request_id: null, access_key: null },
  });
});

test('a signed change names its access key, and every change its request', async () => {
  const path = `/v2/${seeded.alpha}/images/${seeded.image}/tags`;
  const made = await send(site().port, 'POST', path, { pair, body: { tag: { key: 'signed', value: '' } } });
  const [item] = await itemsOf();
  // Huawei's header has the id without its dashes.
  const { access_key, request_id } = item?.by as unknown as Record<string, string>;
  expect([access_key, request_id?.replaceAll('-', '')]).toEqual([
    seeded.access,
    made.headers['x-request-id'],
  ]);
});

test('a registration through the Huawei API is recorded with its tags', async () => {
  const image = { name: 'registered', image_url: 'bucket:disk.qcow2', min_disk: 40 };
  const body = {
    ...image,
    os_version: 'CentOS 7.0 64bit',
    image_tags: [{ key: 'by', value: 'registration' }],
  };
  expect((await asAlice('POST', '/v2/cloudimages/action', body)).status).toBe(200);
  expect(await itemsOf(`${project}/history?key=by`)).toMatchObject([
    {
      revision: 1,
      added: ['by=registration'],
      by: { dialect: 'huawei-cloudimages', operation: 'registerImage' },
    },
  ]);
});

test('a change that cannot be recorded is not made: both are one transaction', async () => {
  // Citus takes no trigger.
  await query(`create function no_history(text[]) returns boolean immutable language plpgsql as
    $$ begin raise exception 'the disk of the history is full' using errcode = '53100'; end $$`);
  await query('alter table tag_changes add constraint no_history check (no_history(added)) not valid');
  const tags = await openstack({
    port: site().port,
    token: site().alice,
    project: seeded.alpha,
  }).tags(seeded.image);
  const tried = await asAlice('PUT', `/v2/images/${seeded.image}/tags/unrecorded`);
  await query('alter table tag_changes drop constraint no_history');
  await query('drop function no_history(text[])');
  expect(tried.status).toBeGreaterThanOrEqual(500);
  const after = (await asAlice('GET', `/v2/images/${seeded.image}`)).json<{ tags: string[] }>().tags;
  expect(after.sort()).toEqual([...tags].sort());
});

test('history is kept for 90 days, for ever with 0, and not at all with off', () => {
  const daysOf = (days?: string) =>
    readConfig({ ...(days !== undefined && { TAGWAY_HISTORY_DAYS: days }) }, dialects).history;
  expect([daysOf(), daysOf('0'), daysOf('off')]).toEqual([{ days: 90 }, { days: null }, null]);
});

test('a page has fifty items unless it is asked for others, and a thousand at most', async () => {
  await query(`insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
    dialect, operation) select '${seeded.alpha}', 'paged', n, now(), '{}', '{}', '{}', 'u', 'u', 'seed', 'seed'
    from generate_series(1, 1100) n`);
  const count = async (limit = '') => (await itemsOf(`${project}/history?image=paged${limit}`)).length;
  expect([await count(), await count('&limit=1000')]).toEqual([50, 1000]);
  expect((await asAlice('GET', `${project}/history?limit=1001`)).status).toBe(400);
});

describe('a reset and a restore', () => {
  const ofBeta = `/tags/v1/projects/${seeded.beta}`;
  let bob = '';
  let mine: Hook;
  const asBob = (method: string, path: string, body?: object) =>
    send(site().port, method, path, { token: bob, ...(body && { body }) });
  const idsOf = async (path: string, ask = asAlice) =>
    (await ask('GET', path)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);

  async function hookOf(ask: typeof asBob, path: string): Promise<Hook> {
    const hook = (
      await ask('POST', `${path}/webhooks`, { url: 'https://example.com/', enabled: false })
    ).json<Hook>();
    keepSecret(hook.secret);
    return hook;
  }

  test('of a project replace its history, feed, webhooks and settings, and leave those of others', async () => {
    bob = await signIn(site().url, 'bob', seeded.password, 'beta');
    mine = await hookOf(asAlice, project);
    const theirs = await hookOf(asBob, ofBeta);
    const image = (await asBob('POST', '/v2/images', { name: 'x', tags: ['t'] })).json<{ id: string }>().id;
    await asBob('PUT', `${ofBeta}/settings`, { stale_lists: 'merge', require_guard: 'whole-list' });
    await asAlice('PUT', `${project}/settings`, { stale_lists: 'observe' });
    const tokens = await Promise.all(
      [project, ofBeta].map(async (path, n) =>
        String((await [asAlice, asBob][n]?.('GET', `${path}/changes`))?.json<Body>().next),
      ),
    );
    const admin = `/admin/projects/${seeded.alpha}`;
    const { id } = (await site().ask('POST', `${admin}/snapshots`)).json<{ id: string }>();
    const before = await itemsOf();
    await site().ask('POST', `${admin}/reset`);
    expect((await itemsOf()).map(({ by }) => by.dialect)).toEqual(['seed']);
    expect(await idsOf(`${project}/webhooks`)).toEqual([]);
    expect((await asAlice('GET', `${project}/changes?after=${String(tokens[0])}`)).status).toBe(410);
    await site().ask('POST', `${admin}/snapshots/${id}/restore`);
    expect(await itemsOf()).toEqual(before);
    expect(await idsOf(`${project}/webhooks`)).toEqual([mine.id]);
    expect((await asAlice('GET', `${project}/settings`)).json()).toMatchObject({ stale_lists: 'observe' });
    expect((await asAlice('GET', `${project}/changes?after=${String(tokens[0])}`)).status).toBe(410);
    expect((await asBob('GET', `${ofBeta}/changes?after=${String(tokens[1])}`)).status).toBe(200);
    expect(await idsOf(`${ofBeta}/webhooks`, asBob)).toEqual([theirs.id]);
    expect((await asBob('GET', `${ofBeta}/settings`)).json()).toEqual({
      stale_lists: 'merge',
      require_guard: 'whole-list',
    });
    const kept = (await asBob('GET', `${ofBeta}/images/${image}/tags/history`)).json<Body>().items;
    expect(kept.map(({ added }) => added)).toEqual([['t']]);
  });
});

test.each([
  ['GET', `${project}/images/${seeded.image}/tags?x=1`],
  ['GET', `${history}?x=1`],
  ['GET', `${project}/history?x=1`],
  ['GET', `${project}/changes?x=1`],
  ['GET', `${project}/images?x=1`],
  ['GET', `${project}/webhooks/00000000-0000-4000-8000-000000000000/deliveries?x=1`],
])('%s %s: what is unknown in a query is named', async (method, path) => {
  const reply = await asAlice(method, path);
  expect([reply.status, reply.json<Body>().errors]).toEqual([
    400,
    [{ in: 'query', pointer: '/x', detail: expect.any(String) }],
  ]);
});
