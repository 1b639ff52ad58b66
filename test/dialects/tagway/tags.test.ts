import { testGateway } from '../../support/gateway';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, namesOf, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const get = (id: string, headers: Record<string, string> = {}) =>
  ask(given(), 'GET', tagsPath(id), { headers });
const patch = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(given(), 'PATCH', tagsPath(id), { body, headers });
const put = (id: string, tags: readonly string[], headers: Record<string, string> = {}) =>
  ask(given(), 'PUT', tagsPath(id), { body: { tags }, headers });

test('the tags of an image are shown with their revision, as texts, keys and values', async () => {
  const id = await anImage(given(), ['golden', 'env=prod']);
  const answer = await get(id);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('etag')).toBe('"1"');
  expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  expect(answer.headers.get('vary')).toBe('X-Auth-Token, Authorization, Accept');
  expect(answer.body).toEqual({
    image: id,
    revision: 1,
    updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    tags: [
      { name: 'env=prod', key: 'env', value: 'prod' },
      { name: 'golden', key: 'golden', value: '' },
    ],
  });
});

test('what the client has already is 304', async () => {
  const id = await anImage(given(), ['a']);
  expect(await get(id, { 'if-none-match': '"1"' })).toMatchObject({ status: 304, text: '' });
  expect((await get(id, { 'if-none-match': '"0"' })).status).toBe(200);
});

test('removals go first, then what is set, then what is added; and again without harm', async () => {
  const id = await anImage(given(), ['rc', 'build=1', 'build=2', 'env=dev', 'env=test', 'x=1', 'x=2']);
  const body = {
    add: ['golden', 'rc'],
    set: { env: 'prod' },
    remove: ['rc', { key: 'build' }, { key: 'x', value: '1' }],
  };
  const answer = await patch(id, body);
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
  expect(namesOf(answer)).toEqual(['env=prod', 'golden', 'rc', 'x=2']);
  const again = await patch(id, { add: ['golden'], set: { env: 'prod' }, remove: [{ key: 'build' }] });
  expect([again.status, again.body.revision]).toEqual([200, 2]);
});

test('the whole set is replaced, and a change that changes nothing keeps the revision', async () => {
  const id = await anImage(given(), ['a', 'b']);
  const answer = await put(id, ['b', 'c', 'c']);
  expect([answer.body.revision, namesOf(answer)]).toEqual([2, ['b', 'c']]);
  expect((await put(id, ['c', 'b'])).body.revision).toBe(2);
  expect(namesOf(await put(id, []))).toEqual([]);
});

test('a change for another state is 412 with what came between, and does nothing', async () => {
  const id = await anImage(given(), ['a']);
  await patch(id, { add: ['b'] });
  await ask(given(), 'PUT', `/v2/images/${id}/tags/c`, { as: 'carol' });
  const answer = await patch(id, { remove: ['a'] }, { 'if-match': '"1"' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([412, 'application/problem+json']);
  expect(answer.body).toMatchObject({
    type: '/problems/changed-meanwhile',
    status: 412,
    current_revision: 3,
    changes: [
      {
        revision: 3,
        added: ['c'],
        removed: [],
        by: { user_id: 'carol', dialect: 'openstack-images', operation: 'addTag' },
      },
      { revision: 2, added: ['b'], by: { user_id: 'alice', dialect: 'tagway', operation: 'patchTags' } },
    ],
  });
  expect(namesOf(await get(id))).toEqual(['a', 'b', 'c']);
  expect((await put(id, ['z'], { 'if-match': '"2", "3"' })).status).toBe(200);
  expect((await put(id, ['y'], { 'if-match': '*' })).status).toBe(200);
  expect((await put(id, ['x'], { 'if-match': 'W/"5"' })).status).toBe(412);
});

test('401, 403, 404 and 400 come before 412', async () => {
  const id = await anImage(given(), ['a']);
  const headers = { 'if-match': '"99"' };
  const as = async (token: string, path: string, body: unknown) =>
    (await ask(given(), 'PATCH', path, { as: token, body, headers })).status;
  expect(await as('wrong', tagsPath(id), { add: ['b'] })).toBe(401);
  expect(await as('alice', tagsPath(id, beta), { add: ['b'] })).toBe(403);
  expect(await as('reader-user', tagsPath(id), { add: ['b'] })).toBe(403);
  expect(await as('bob', tagsPath(id, beta), { add: ['b'] })).toBe(404);
  expect(await as('alice', tagsPath(id), { add: [1] })).toBe(400);
  expect(await as('alice', tagsPath(id), { add: ['x'.repeat(256)] })).toBe(400);
  expect(await as('alice', tagsPath(id), { add: ['b'] })).toBe(412);
});

test('each fault of a body and of a query is pointed at', async () => {
  const id = await anImage(given());
  const answer = await patch(id, {
    add: ['a', 7],
    set: { b: null },
    'un/known': 1,
    remove: [{ value: 'x' }],
  });
  expect([answer.status, answer.body.type]).toEqual([400, '/problems/invalid-request']);
  const pointers = answer.body.errors.map((fault) => fault.pointer);
  expect(answer.text).toContain('It is unknown; known are add, set, remove.');
  expect(pointers).toEqual(expect.arrayContaining(['/un~1known', '/add/1', '/set/b', '/remove/0/key']));
  const query = await ask(given(), 'GET', `${tagsPath(id)}?revision=x&strange=1&strange=2`);
  expect([query.status, query.body.errors[0]]).toEqual([
    400,
    { in: 'query', pointer: '/strange', detail: 'Once at most.' },
  ]);
  const unknown = await ask(given(), 'GET', `${tagsPath(id)}?revision=x&strange=1`);
  expect(unknown.body.errors.map((fault) => fault.pointer).sort()).toEqual(['/revision', '/strange']);
  expect((await ask(given(), 'PATCH', tagsPath(id), { body: '{"add":[' })).status).toBe(400);
});

test('limits of tags are those of OpenStack', async () => {
  const id = await anImage(given());
  const long = await patch(id, { add: ['x'.repeat(256)] });
  expect([long.status, long.body.type]).toEqual([400, '/problems/tag-invalid']);
  expect((await patch(id, { add: ['😀'.repeat(255)] })).status).toBe(200);
  const many = await put(
    id,
    Array.from({ length: 129 }, (_, n) => `t${String(n)}`),
  );
  expect([many.status, many.body]).toEqual([
    409,
    expect.objectContaining({ type: '/problems/tag-limit-reached', attempted: 129, limit: 128 }),
  ]);
});

test('a caller who sees an image of another project reads its present tags here', async () => {
  const id = await anImage(given(), ['seen'], { visibility: 'community' });
  const foreign = await ask(given(), 'GET', tagsPath(id, beta), { as: 'bob' });
  expect([foreign.status, namesOf(foreign)]).toEqual([200, ['seen']]);
  expect((await ask(given(), 'PUT', tagsPath(id, beta), { as: 'bob', body: { tags: [] } })).status).toBe(403);
  expect((await ask(given(), 'GET', `${tagsPath(id, beta)}?revision=1`, { as: 'bob' })).status).toBe(403);
});

test('an admin may name any project; others only their own', async () => {
  const id = await anImage(given(), ['a']);
  expect((await ask(given(), 'PATCH', tagsPath(id), { as: 'admin', body: { add: ['b'] } })).status).toBe(200);
  const answer = await ask(given(), 'GET', tagsPath(id, alpha), { as: 'bob' });
  expect([answer.status, answer.body.type]).toEqual([403, '/problems/not-your-project']);
});

test('a token may come as a bearer token', async () => {
  const id = await anImage(given(), ['a']);
  const answer = await fetch(`${given().url}${tagsPath(id)}`, { headers: { authorization: 'Bearer alice' } });
  expect(answer.status).toBe(200);
});

test('unknown paths and methods are problems', async () => {
  const id = await anImage(given());
  const { body } = await ask(given(), 'GET', '/tags/v1/nothing');
  expect([body.type, body.detail]).toEqual([
    '/problems/not-found',
    'The page /docs/api/tagway lists every operation.',
  ]);
  expect((await ask(given(), 'GET', '/tags/v1/nothing', { as: '' })).status).toBe(401);
  const answer = await ask(given(), 'DELETE', tagsPath(id));
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PATCH, PUT, HEAD']);
});

test('the type of every problem leads to its section of a page', async () => {
  const { headers, text, status } = await ask(given(), 'GET', '/problems/changed-meanwhile', { as: '' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(text).toContain('id="changed-meanwhile"');
  expect((await ask(given(), 'GET', '/problems/none', { as: '' })).status).toBe(404);
});
