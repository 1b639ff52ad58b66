import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { anImage, ask, namesOf, projectPath, type Reply, tagsPath } from './native-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const patchType = { 'content-type': 'application/openstack-images-v2.1-json-patch' };

interface Session {
  readonly as: string;
}
const [alice, carol]: readonly [Session, Session] = [{ as: 'alice' }, { as: 'carol' }];

const use = async (stale_lists: string): Promise<void> => {
  const answer = await ask(given(), 'PUT', `${projectPath()}/settings`, { body: { stale_lists } });
  expect(answer.status).toBe(200);
};
const counted = async (mode: string): Promise<number> => {
  const { text } = await ask(given(), 'GET', '/metrics');
  return Number(new RegExp(`^tagway_stale_lists_total\\{mode="${mode}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
};
const tagsOf = async (id: string): Promise<string[]> =>
  namesOf(await ask(given(), 'GET', tagsPath(id), { as: 'reader-user' }));

/** How clients come to know an image's tags. */
const reads: Readonly<Record<string, (id: string, by: Session) => Promise<Reply>>> = {
  show: (id, by) => ask(given(), 'GET', `/v2/images/${id}`, by),
  list: (_, by) => ask(given(), 'GET', '/v2/images', by),
  'tags in another dialect': (id, by) => ask(given(), 'GET', `/v2/${alpha}/images/${id}/tags`, by),
  'native tags': (id, by) => ask(given(), 'GET', tagsPath(id), by),
};

/** Whole lists. */
const writes: Readonly<
  Record<
    string,
    (id: string, tags: readonly string[], by: Session, headers?: Record<string, string>) => Promise<Reply>
  >
> = {
  'PATCH of an image': (id, value, by, headers = {}) =>
    ask(given(), 'PATCH', `/v2/images/${id}`, {
      ...by,
      headers: { ...patchType, ...headers },
      body: [{ op: 'replace', path: '/tags', value }],
    }),
  'native PUT': (id, tags, by, headers = {}) =>
    ask(given(), 'PUT', tagsPath(id), { ...by, headers, body: { tags } }),
};
const readOf = (name: string) => reads[name] ?? fail(name);
const writeOf = (name: string) => writes[name] ?? fail(name);

function fail(name: string): never {
  throw new Error(name);
}

/** Alice reads `a`, `b`; carol adds `hers` and removes `b`; alice sends `a`, `b`, `mine`. */
async function race(read: string, write: string): Promise<{ id: string; answer: Reply }> {
  const id = await anImage(given(), ['a', 'b'], {}, 'carol');
  expect((await readOf(read)(id, alice)).status).toBe(200);
  await ask(given(), 'PATCH', tagsPath(id), { ...carol, body: { add: ['hers'], remove: ['b'] } });
  return { id, answer: await writeOf(write)(id, ['a', 'b', 'mine'], alice) };
}

const cases = Object.keys(reads).flatMap((read) => Object.keys(writes).map((write) => [read, write]));

afterEach(() => use('off'));

describe.each(cases)('after %s, by %s', (read, write) => {
  test('merge: what the writer meant is done to the tags as they are', async () => {
    await use('merge');
    const before = await counted('merge');
    const { id, answer } = await race(read, write);
    expect(answer.status).toBe(200);
    expect(await tagsOf(id)).toEqual(['a', 'hers', 'mine']);
    expect(answer.text).toContain('hers');
    expect(await counted('merge')).toBe(before + 1);
  });

  test('refuse: 409 in the form of the dialect, and nothing is done', async () => {
    await use('refuse');
    const before = await counted('refuse');
    const { id, answer } = await race(read, write);
    expect(answer.status).toBe(409);
    expect(await tagsOf(id)).toEqual(['a', 'hers']);
    expect(await counted('refuse')).toBe(before + 1);
    // Read anew, the list is of now.
    await readOf(read)(id, alice);
    expect((await writeOf(write)(id, ['a', 'mine'], alice)).status).toBe(200);
    expect(await tagsOf(id)).toEqual(['a', 'mine']);
  });

  test('observe: the list is taken, and counted', async () => {
    await use('observe');
    const before = await counted('observe');
    const { id, answer } = await race(read, write);
    expect(answer.status).toBe(200);
    expect(await tagsOf(id)).toEqual(['a', 'b', 'mine']);
    expect(await counted('observe')).toBe(before + 1);
  });

  test('off: the list is taken', async () => {
    const { id } = await race(read, write);
    expect(await tagsOf(id)).toEqual(['a', 'b', 'mine']);
  });
});

describe.each(Object.keys(writes))('%s', (write) => {
  beforeEach(() => use('refuse'));

  test('a list of now, one of an unknown writer and one with If-Match are taken', async () => {
    const id = await anImage(given(), ['a'], {}, 'carol');
    await readOf('show')(id, alice);
    expect((await writeOf(write)(id, ['a', 'mine'], alice)).status).toBe(200);
    // What it was shown last is the answer to its own write.
    expect((await writeOf(write)(id, ['mine'], alice)).status).toBe(200);
    const other = await anImage(given(), ['a'], {}, 'carol');
    expect((await writeOf(write)(other, ['b'], alice)).status).toBe(200);
    await ask(given(), 'PATCH', tagsPath(id), { ...carol, body: { add: ['hers'] } });
    expect((await writeOf(write)(id, ['b'], alice)).status).toBe(409);
    expect((await writeOf(write)(id, ['b'], alice, { 'if-match': '*' })).status).toBe(200);
  });

  test('many at once: no tag of another is lost where lists are merged', async () => {
    await use('merge');
    const id = await anImage(given(), ['base'], {}, 'carol');
    await readOf('show')(id, alice);
    await readOf('show')(id, carol);
    const mine = Array.from({ length: 12 }, (_, n) => `t${String(n)}`);
    const answers = await Promise.all(
      mine.map((tag, n) => writeOf(write)(id, ['base', tag], n % 2 === 0 ? alice : carol)),
    );
    // Each was shown its own answers meanwhile, so a later list of one writer takes its earlier tag away again.
    expect(answers.map(({ status }) => status)).toEqual(mine.map(() => 200));
    expect(await tagsOf(id)).toContain('base');
  });
});

test('a change of single tags, and one of an image without its tags, are no lists', async () => {
  await use('refuse');
  const id = await anImage(given(), ['a'], {}, 'carol');
  await readOf('show')(id, alice);
  await ask(given(), 'PUT', `/v2/images/${id}/tags/hers`, carol);
  expect((await ask(given(), 'PUT', `/v2/images/${id}/tags/mine`, alice)).status).toBe(204);
  const renamed = await ask(given(), 'PATCH', `/v2/images/${id}`, {
    ...alice,
    headers: patchType,
    body: [{ op: 'replace', path: '/name', value: 'new' }],
  });
  expect(renamed.status).toBe(200);
  expect(await tagsOf(id)).toEqual(['a', 'hers', 'mine']);
});

test('the native refusal says what came between', async () => {
  await use('refuse');
  const { answer } = await race('show', 'native PUT');
  expect(answer.body).toMatchObject({
    type: '/problems/stale-list',
    ...{ current_revision: 2, shown_revision: 1 },
    changes: [{ revision: 2, added: ['hers'], removed: ['b'], by: { user_id: 'carol' } }],
  });
});

test('a merged list may not have more tags than the limit', async () => {
  await use('merge');
  const many = Array.from({ length: 127 }, (_, n) => `n${String(n)}`);
  const id = await anImage(given(), many, {}, 'carol');
  await readOf('show')(id, alice);
  await ask(given(), 'PUT', `/v2/images/${id}/tags/hers`, carol);
  for (const write of Object.keys(writes)) {
    expect((await writeOf(write)(id, [...many, 'mine'], alice)).status).toBeGreaterThanOrEqual(409);
  }
  expect(await tagsOf(id)).toHaveLength(128);
});

test('a writer knows its own changes of what it was shown', async () => {
  await use('refuse');
  const id = await anImage(given(), ['a'], {}, 'carol');
  await readOf('show')(id, alice);
  await ask(given(), 'PUT', `/v2/images/${id}/tags/mine`, alice);
  await ask(given(), 'DELETE', `/v2/images/${id}/tags/a`, alice);
  expect((await writeOf('PATCH of an image')(id, ['mine', 'more'], alice)).status).toBe(200);
});

test('turned off and on again it has forgotten what was shown', async () => {
  await use('refuse');
  const id = await anImage(given(), ['a'], {}, 'carol');
  await readOf('show')(id, alice);
  await use('off');
  await use('refuse');
  await ask(given(), 'PUT', `/v2/images/${id}/tags/hers`, carol);
  expect((await writeOf('native PUT')(id, ['b'], alice)).status).toBe(200);
});
