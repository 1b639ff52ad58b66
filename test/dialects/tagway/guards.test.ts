import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, namesOf, projectPath, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const patchType = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
const replaceTags = (value: readonly string[]) => [{ op: 'replace', path: '/tags', value }];

/** Every call of every dialect that changes the tags of one image. */
const writers: Readonly<
  Record<string, (id: string, headers: Record<string, string>) => ReturnType<typeof ask>>
> = {
  'PUT of a tag': (id, headers) => ask(given(), 'PUT', `/v2/images/${id}/tags/new`, { headers }),
  'DELETE of a tag': (id, headers) => ask(given(), 'DELETE', `/v2/images/${id}/tags/a`, { headers }),
  'PATCH of an image': (id, headers) =>
    ask(given(), 'PATCH', `/v2/images/${id}`, {
      headers: { ...patchType, ...headers },
      body: replaceTags(['new']),
    }),
  T1: (id, headers) =>
    ask(given(), 'POST', `/v2/${alpha}/images/${id}/tags`, {
      headers,
      body: { tag: { key: 'k', value: 'v' } },
    }),
  T3: (id, headers) => ask(given(), 'DELETE', `/v2/${alpha}/images/${id}/tags/a`, { headers }),
  'T4 create': (id, headers) =>
    ask(given(), 'POST', `/v2/${alpha}/images/${id}/tags/action`, {
      headers,
      body: { action: 'create', tags: [{ key: 'k', value: 'v' }] },
    }),
  'T4 delete': (id, headers) =>
    ask(given(), 'POST', `/v2/${alpha}/images/${id}/tags/action`, {
      headers,
      body: { action: 'delete', tags: [{ key: 'a' }] },
    }),
  T7: (id, headers) =>
    ask(given(), 'DELETE', `/v1/${alpha}/cloudimages/${id}/tags/delete`, {
      headers,
      body: { tags: [{ key: 'a' }] },
    }),
  T8: (id, headers) =>
    ask(given(), 'PUT', '/v1/cloudimages/tags', { headers, body: { image_id: id, tag: 'k.v' } }),
  'native PATCH': (id, headers) => ask(given(), 'PATCH', tagsPath(id), { headers, body: { add: ['new'] } }),
  'native PUT': (id, headers) => ask(given(), 'PUT', tagsPath(id), { headers, body: { tags: ['new'] } }),
  'native revert': (id, headers) =>
    ask(given(), 'POST', `${tagsPath(id)}/revert`, { headers, body: { revision: 1 } }),
};
const names = Object.keys(writers);
const write = (name: string, id: string, headers: Record<string, string> = {}) => {
  const call = writers[name];
  if (!call) throw new Error(name);
  return call(id, headers);
};
const revisionOf = async (id: string) => (await ask(given(), 'GET', tagsPath(id))).body.revision;
const demand = async (require_guard: string) => {
  const answer = await ask(given(), 'PUT', `${projectPath()}/settings`, { body: { require_guard } });
  expect(answer.status).toBe(200);
};

afterEach(() => demand('none'));

test.each(names)('%s: another state is 412 in the form of the dialect, and nothing is done', async (name) => {
  const id = await anImage(given(), ['a']);
  const answer = await write(name, id, { 'if-match': '"0", W/"1", "x"' });
  expect(answer.status).toBe(412);
  expect(answer.text).toMatch(/changed/);
  expect(await revisionOf(id)).toBe(1);
  expect((await write(name, id, { 'if-match': '"7", "1"' })).status).toBeLessThan(300);
  expect(await revisionOf(id)).toBe(2);
});

test.each(names)('%s: "*" is any state', async (name) => {
  const id = await anImage(given(), ['a']);
  expect((await write(name, id, { 'if-match': '*' })).status).toBeLessThan(300);
});

test.each(names)('%s: an image that is not there is 404, whatever the state', async (name) => {
  const answer = await write(name, '00000000-0000-4000-8000-000000000000', { 'if-match': '"1"' });
  expect(answer.status).toBe(404);
});

test.each(names)('%s: without If-Match it is 428 where the project wants it', async (name) => {
  const id = await anImage(given(), ['a']);
  await demand('all');
  expect((await write(name, id)).status).toBe(428);
  expect(await revisionOf(id)).toBe(1);
  expect((await write(name, id, { 'if-match': '"1"' })).status).toBeLessThan(300);
});

test.each(names)('%s: of whole lists alone only whole lists are refused', async (name) => {
  const id = await anImage(given(), ['a']);
  await demand('whole-list');
  const isWhole = name === 'native PUT' || name === 'PATCH of an image';
  const { status } = await write(name, id);
  expect(isWhole ? status === 428 : status < 300).toBe(true);
});

test('an image is made, renamed and deleted without If-Match also where changes of tags need it', async () => {
  await demand('all');
  const id = await anImage(given(), ['a']);
  const renamed = await ask(given(), 'PATCH', `/v2/images/${id}`, {
    headers: patchType,
    body: [{ op: 'replace', path: '/name', value: 'n' }],
  });
  expect(renamed.status).toBe(200);
  expect((await ask(given(), 'DELETE', `/v2/images/${id}`)).status).toBe(204);
});

test('the ETag of an image changes with anything shown, and guards a PATCH', async () => {
  const id = await anImage(given(), ['a']);
  const etag = async () => (await ask(given(), 'GET', `/v2/images/${id}`)).headers.get('etag') ?? '';
  const rename = (name: string, guard: string) =>
    ask(given(), 'PATCH', `/v2/images/${id}`, {
      headers: { ...patchType, 'if-match': guard },
      body: [{ op: 'replace', path: '/name', value: name }],
    });
  const first = await etag();
  expect(first).toMatch(/^"1-.+"$/);
  const renamed = await rename('n', first);
  expect([renamed.status, renamed.headers.get('etag')]).toEqual([200, await etag()]);
  expect(await etag()).not.toBe(first);
  expect((await rename('m', first)).status).toBe(412);
  expect((await rename('m', '"1"')).status).toBe(200);
  // Calls that change tags only compare the revision of an image's ETag.
  expect((await write('PUT of a tag', id, { 'if-match': first })).status).toBe(204);
});

test('the ETag of a Huawei list of tags is their revision', async () => {
  const id = await anImage(given(), ['a']);
  const answer = await ask(given(), 'GET', `/v2/${alpha}/images/${id}/tags`, {
    headers: { 'if-none-match': '"1"' },
  });
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
});

test('GETs of the three dialects ignore If-None-Match', async () => {
  const id = await anImage(given(), ['a']);
  const { headers } = await ask(given(), 'GET', `/v2/images/${id}`);
  const again = await ask(given(), 'GET', `/v2/images/${id}`, {
    headers: { 'if-none-match': headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(200);
});

test('of writers with one state exactly one wins, and the others are not tried again', async () => {
  const id = await anImage(given(), ['a']);
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      ask(given(), 'PUT', `/v2/images/${id}/tags/t${String(n)}`, { headers: { 'if-match': '"1"' } }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([204, ...Array<number>(11).fill(412)]);
  expect(namesOf(await ask(given(), 'GET', tagsPath(id)))).toHaveLength(2);
});

test('a guard that fails leaves its neighbours in a batch alone', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => anImage(given(), ['a'])));
  const answers = await Promise.all(
    ids.map((id, n) =>
      ask(given(), 'PUT', `/v2/images/${id}/tags/b`, {
        headers: { 'if-match': n % 2 === 0 ? '"1"' : '"9"' },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([204, 412, 204, 412, 204, 412, 204, 412]);
});

test('settings are changed by their members, and readers only read them', async () => {
  const path = `${projectPath()}/settings`;
  expect((await ask(given(), 'GET', path)).body).toEqual({ require_guard: 'none', stale_lists: 'off' });
  expect((await ask(given(), 'PUT', path, { body: { require_guard: 'all' } })).body).toEqual({
    require_guard: 'all',
    stale_lists: 'off',
  });
  expect((await ask(given(), 'PUT', path, { body: {} })).body.require_guard).toBe('all');
  expect((await ask(given(), 'GET', path, { as: 'reader-user' })).status).toBe(200);
  expect((await ask(given(), 'PUT', path, { as: 'reader-user', body: {} })).status).toBe(403);
  const unknown = await ask(given(), 'PUT', path, { body: { require_guard: 'some' } });
  expect(unknown.status).toBe(400);
  expect(unknown.text).toContain('It must be one of none, whole-list, all.');
});
