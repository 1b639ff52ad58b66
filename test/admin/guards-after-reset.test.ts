import { openstack } from '../support/dialects';
import { signIn } from '../support/gateway-process';
import { seeded } from '../support/seed';
import { type Answer, send, type Sent } from '../support/wire';
import { adminSite } from './some-admin';

const site = adminSite();
const project = `/tags/v1/projects/${seeded.alpha}`;
const tags = `${project}/images/${seeded.image}/tags`;
const pair = { access: seeded.access, secret: seeded.secret };
const asAlice = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  send(site().port, method, path, { token: site().alice, ...sent });
const signed = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  send(site().port, method, path, { pair, ...sent });
const use = (stale_lists: string) => asAlice('PUT', `${project}/settings`, { body: { stale_lists } });

test('after a reset revisions begin anew, and an ETag from before matches again', async () => {
  const { etag = '' } = (await asAlice('GET', tags)).headers;
  await asAlice('PATCH', tags, { body: { add: ['more'] } });
  const guarded = { headers: { 'if-match': etag }, body: { add: ['late'] } };
  expect((await asAlice('PATCH', tags, guarded)).status).toBe(412);
  expect((await site().ask('POST', `/admin/projects/${seeded.alpha}/reset`)).status).toBe(204);
  expect((await asAlice('GET', tags)).headers.etag).toBe(etag);
  expect((await asAlice('PATCH', tags, guarded)).status).toBe(200);
});

test.each(['reset', 'restore'])('a %s drops what was shown', async (how) => {
  const admin = `/admin/projects/${seeded.alpha}`;
  await use('refuse');
  const snapshot = (await site().ask('POST', `${admin}/snapshots`)).json<{ id: string }>().id;
  const write = () => signed('PUT', tags, { body: { tags: ['mine'] } });
  await signed('GET', tags);
  await asAlice('PATCH', tags, { body: { add: ['first'] } });
  expect((await write()).status).toBe(409);
  const path = how === 'reset' ? `${admin}/reset` : `${admin}/snapshots/${snapshot}/restore`;
  expect((await site().ask('POST', path)).status).toBe(204);
  // A restore brings the project's settings, a reset the default ones.
  await use('refuse');
  await asAlice('PATCH', tags, { body: { add: ['second'] } });
  expect((await write()).status).toBe(200);
});

test('an access key is a writer as a token is, and signs what it reads and writes here', async () => {
  await use('merge');
  expect((await signed('PUT', tags, { body: { tags: ['base'] } })).status).toBe(200);
  const shown = await signed('GET', tags);
  expect([shown.status, shown.json<{ tags: object[] }>().tags]).toEqual([200, [expect.any(Object)]]);
  await asAlice('PATCH', tags, { body: { add: ['theirs'] } });
  const merged = await signed('PUT', tags, { body: { tags: ['base', 'ours'] } });
  expect(merged.json<{ tags: { name: string }[] }>().tags.map(({ name }) => name)).toEqual([
    'base',
    'ours',
    'theirs',
  ]);
});

test.each(['public', 'shared'])(
  'who may see a %s image reads its present tags, not its history',
  async (kind) => {
    const bob = await signIn(site().url, 'bob', seeded.password, 'beta');
    const { port, alice: token, admin } = site();
    const id = await openstack({ port, token, project: seeded.alpha }).create({ name: kind, tags: ['seen'] });
    const path = `/tags/v1/projects/${seeded.beta}/images/${id}/tags`;
    const asBob = (target: string) => send(port, 'GET', target, { token: bob });
    expect((await asBob(path)).status).toBe(404);
    if (kind === 'public') {
      const headers = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
      const body = [{ op: 'replace', path: '/visibility', value: 'public' }];
      expect((await send(port, 'PATCH', `/v2/images/${id}`, { token: admin, headers, body })).status).toBe(
        200,
      );
    } else {
      await asAlice('POST', `/v2/images/${id}/members`, { body: { member: seeded.beta } });
      const member = `/v2/images/${id}/members/${seeded.beta}`;
      const accepted = await send(port, 'PUT', member, { token: bob, body: { status: 'accepted' } });
      expect(accepted.status).toBe(200);
    }
    const seen = await asBob(path);
    expect([seen.status, seen.text]).toEqual([200, expect.stringContaining('"seen"')]);
    expect((await asBob(`${path}/history`)).status).toBe(403);
  },
);
