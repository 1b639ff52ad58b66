import { testGateway } from '../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, projectPath, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const patchType = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
const wrong = { 'if-match': '"99"' };
const call = (method: string, path: string, sent: Parameters<typeof ask>[3] = {}) =>
  ask(given(), method, path, sent);
const settings = (body: object) => call('PUT', `${projectPath()}/settings`, { body });
const revisionOf = async (id: string) => (await call('GET', tagsPath(id))).body.revision;
const replace = (path: string, value: unknown) => ({
  headers: patchType,
  body: [{ op: 'replace', path, value }],
});
afterEach(() => settings({ require_guard: 'none', stale_lists: 'off' }));

const huaweiBody = (tag: object) => ({ body: { tag } });
const pair = { key: 'k', value: 'v' };
const v2 = (id: string) => `/v2/${alpha}/images/${id}/tags`;

test('412 and 428 are in the form of each dialect', async () => {
  const id = await anImage(given(), ['a']);
  const put = `/v2/images/${id}/tags/b`;
  const forms = async (headers: Record<string, string>) => [
    await call('PUT', put, { headers }),
    await call('POST', v2(id), { headers, ...huaweiBody(pair) }),
    await call('PATCH', tagsPath(id), { headers, body: { add: ['b'] } }),
    await call('PUT', '/v1/cloudimages/tags', { headers, body: { image_id: id, tag: 'k.v' } }),
  ];
  const [glance, huawei, native, first] = await forms(wrong);
  expect(first?.body).toMatchObject({ error: { code: 'TGW.0412' } });
  expect(glance?.text).toContain('412 Precondition Failed');
  expect(glance?.text).toContain('The tags of the image have been changed meanwhile.');
  expect(huawei?.body).toMatchObject({ error: { code: 'TGW.0412', message: expect.any(String) } });
  expect(native?.body).toMatchObject({ type: '/problems/changed-meanwhile', status: 412 });
  await settings({ require_guard: 'all' });
  const [demanded, huaweis, natives] = await forms({});
  expect(demanded?.text).toContain('428 Precondition Required');
  expect(huaweis?.body).toMatchObject({ error: { code: 'TGW.0428' } });
  expect(natives?.body).toMatchObject({ type: '/problems/guard-required', status: 428 });
});

test('a stale list is 409 in the form of Glance', async () => {
  await settings({ stale_lists: 'refuse' });
  const id = await anImage(given(), ['a']);
  await call('PUT', `/v2/images/${id}/tags/b`, { as: 'carol' });
  const answer = await call('PATCH', `/v2/images/${id}`, replace('/tags', []));
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('409 Conflict')]);
  expect(answer.text).toContain('Read the image again and repeat the change.');
});

test('401, 403, 404 and 400 come before 412 in the other dialects, too', async () => {
  const id = await anImage(given(), ['a']);
  const glance = `/v2/images/${id}/tags`;
  const status = async (method: string, path: string, as: string, body?: unknown, headers = {}) =>
    (await call(method, path, { as, body, headers: { ...headers, ...wrong } })).status;
  expect(await status('PUT', `${glance}/b`, 'wrong')).toBe(401);
  expect(await status('PUT', `${glance}/b`, 'reader-user')).toBe(403);
  expect(await status('PUT', `${glance}/b`, 'bob')).toBe(404);
  expect(await status('PUT', `${glance}/${'x'.repeat(256)}`, 'alice')).toBe(400);
  expect(await status('DELETE', `${glance}/none`, 'alice')).toBe(404);
  expect(await status('DELETE', `${glance}/a`, 'alice')).toBe(412);
  expect(await status('PATCH', `/v2/images/${id}`, 'alice', [{ op: 'replace' }], patchType)).toBe(400);
  expect(await status('POST', v2(id), 'wrong', { tag: pair })).toBe(401);
  expect(await status('POST', v2(id), 'reader-user', { tag: pair })).toBe(403);
  expect(await status('POST', `/v2/${beta}/images/${id}/tags`, 'bob', { tag: pair })).toBe(404);
  expect(await status('DELETE', `${v2(id)}/none`, 'alice')).toBe(404);
  expect(await status('POST', v2(id), 'alice', { tag: { key: '', value: '' } })).toBe(400);
  expect(await status('DELETE', `${v2(id)}/a`, 'alice')).toBe(412);
  expect(await revisionOf(id)).toBe(1);
});

test('the revision counts changes of tags and nothing else; the ETag of the image changes with all shown', async () => {
  const id = await anImage(given(), ['a'], { disk_format: 'raw', container_format: 'bare' });
  const path = `/v2/images/${id}`;
  const seen = new Set([(await call('GET', path)).headers.get('etag')]);
  const changes: [string, string, Parameters<typeof ask>[3]][] = [
    ['PATCH', path, replace('/name', 'n')],
    ['PATCH', path, { headers: patchType, body: [{ op: 'add', path: '/mine', value: 'v' }] }],
    ['PATCH', path, replace('/min_ram', 1)],
    ['PUT', `${path}/file`, { headers: { 'content-type': 'application/octet-stream' }, body: 'data' }],
    ['POST', `${path}/actions/deactivate`, { as: 'admin' }],
    ['POST', `${path}/actions/reactivate`, { as: 'admin' }],
  ];
  for (const [method, target, sent] of changes) {
    expect((await call(method, target, sent)).status).toBeLessThan(300);
    seen.add((await call('GET', path)).headers.get('etag'));
    expect(await revisionOf(id)).toBe(1);
  }
  expect(seen.size).toBe(1 + changes.length);
  for (const revision of [2, 3, 4]) {
    await call('PUT', `${path}/tags/t${String(revision)}`);
    expect(await revisionOf(id)).toBe(revision);
  }
});

test('412 names the last 20 changes at most', async () => {
  const id = await anImage(given());
  const first = await revisionOf(id);
  for (let n = 0; n < 25; n++) await call('PUT', `/v2/images/${id}/tags/t${String(n)}`);
  const headers = { 'if-match': `"${String(first)}"` };
  const { body } = await call('PUT', tagsPath(id), { headers, body: { tags: [] } });
  const { changes } = body as unknown as { changes: { revision: number }[] };
  expect(changes.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 20 }, (_, n) => first + 25 - n),
  );
});

test('a 304 has the ETag, for a weak one, a list and *', async () => {
  const id = await anImage(given(), ['a']);
  for (const known of ['W/"1"', '"9", "1"', '*']) {
    const answer = await call('GET', tagsPath(id), { headers: { 'if-none-match': known } });
    expect([answer.status, answer.headers.get('etag')]).toEqual([304, '"1"']);
  }
});

test('PUT and PATCH answer like GET, with the new ETag', async () => {
  const id = await anImage(given(), ['a']);
  for (const [method, body] of [
    ['PUT', { tags: ['b=c'] }],
    ['PATCH', { add: ['d'] }],
  ] as const) {
    const [changed, shown] = [await call(method, tagsPath(id), { body }), await call('GET', tagsPath(id))];
    expect([changed.status, changed.body]).toEqual([200, shown.body]);
    expect(changed.headers.get('etag')).toBe(shown.headers.get('etag'));
  }
  expect(await revisionOf(id)).toBe(3);
});

test('what has not happened cannot be taken back: the revision is missing, or the image', async () => {
  const [untouched, changed] = [await anImage(given()), await anImage(given(), ['a'])];
  const missing = '00000000-0000-4000-8000-000000000000';
  for (const [id, type] of [
    [untouched, '/problems/revision-not-found'],
    [changed, '/problems/revision-not-found'],
    [missing, '/problems/image-not-found'],
  ] as const) {
    for (const body of [{ revision: 2 }, { to: 2 }, { revision: 2, dry_run: true }]) {
      const answer = await call('POST', `${tagsPath(id)}/revert`, { body });
      expect([answer.status, answer.body.type]).toEqual([404, type]);
    }
  }
});
