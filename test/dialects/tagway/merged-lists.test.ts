import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Authenticator } from '../../../src/identity/authenticator';
import { testGateway } from '../../support/gateway';
import { callers } from '../../support/test-authenticator';
import { anImage, ask, namesOf, projectPath, tagsPath } from './native-calls';

/** Any token is one of alice's. */
const authenticator: Authenticator = {
  authenticate: () => Promise.resolve(callers['alice'] ? { caller: callers['alice'] } : { fault: 'missing' }),
};
const lines: Record<string, unknown>[] = [];
const stream = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
    done();
  },
});
const log = createLogger({ format: format.json(), transports: [new transports.Stream({ stream })] });
const given = testGateway({ replace: { authenticator }, log });
const patchType = { 'content-type': 'application/openstack-images-v2.1-json-patch' };
const sessions = Array.from({ length: 12 }, (_, n) => `session-${String(n)}`);

const patch = (id: string, as: string, body: unknown) =>
  ask(given(), 'PATCH', `/v2/images/${id}`, { as, headers: patchType, body });
const replaceTags = (value: readonly string[]) => ({ op: 'replace', path: '/tags', value });
const tagsOf = async (id: string) => namesOf(await ask(given(), 'GET', tagsPath(id), { as: 'reader' }));
const use = (stale_lists: string) =>
  ask(given(), 'PUT', `${projectPath()}/settings`, { body: { stale_lists } });

async function raced(send: (id: string, as: string, list: readonly string[]) => ReturnType<typeof ask>) {
  const id = await anImage(given(), ['base', 'old']);
  await Promise.all(sessions.map((as) => ask(given(), 'GET', `/v2/images/${id}`, { as })));
  const answers = await Promise.all(sessions.map((as) => send(id, as, ['base', as])));
  return { id, statuses: answers.map(({ status }) => status) };
}

test.each([
  [
    'PATCH of an image',
    (id: string, as: string, list: readonly string[]) => patch(id, as, [replaceTags(list)]),
  ],
  [
    'native PUT',
    (id: string, as: string, tags: readonly string[]) =>
      ask(given(), 'PUT', tagsPath(id), { as, body: { tags } }),
  ],
])(
  '%s: of twelve writers at once, each keeps the tag it added, and what all removed is gone',
  async (_, send) => {
    await use('merge');
    const { id, statuses } = await raced(send);
    expect(statuses).toEqual(sessions.map(() => 200));
    expect(await tagsOf(id)).toEqual(['base', ...sessions].sort());
  },
);

test('of twelve writers at once one list is taken where stale ones are refused', async () => {
  await use('refuse');
  const { statuses } = await raced((id, as, list) => patch(id, as, [replaceTags(list)]));
  expect(statuses.sort()).toEqual([200, ...Array<number>(11).fill(409)]);
});

test('a list refused takes the rest of its PATCH with it, and one merged does not', async () => {
  const id = await anImage(given(), ['a']);
  const both = [{ op: 'replace', path: '/name', value: 'new' }, replaceTags(['a'])];
  const nameOf = async () => (await ask(given(), 'GET', `/v2/images/${id}`, { as: 'reader' })).text;
  await use('refuse');
  await ask(given(), 'GET', `/v2/images/${id}`, { as: 'one' });
  await ask(given(), 'PUT', `/v2/images/${id}/tags/late`, { as: 'two' });
  expect((await patch(id, 'one', both)).status).toBe(409);
  expect(await nameOf()).toContain('"name": "x"');
  await use('merge');
  expect((await patch(id, 'one', both)).status).toBe(200);
  expect(await nameOf()).toContain('"name": "new"');
  expect(await tagsOf(id)).toEqual(['a', 'late']);
});

test('observe: the log says what of others the list undoes, and whose it is', async () => {
  const id = await anImage(given(), ['a', 'b']);
  await use('observe');
  await ask(given(), 'GET', `/v2/images/${id}`, { as: 'one' });
  await ask(given(), 'PATCH', tagsPath(id), { as: 'two', body: { add: ['hers'], remove: ['b'] } });
  expect((await patch(id, 'one', [replaceTags(['a', 'b', 'mine'])])).status).toBe(200);
  const found = lines.filter(({ message }) => message === 'a list of tags was made from an older state');
  expect(found.filter(({ imageId }) => imageId === id)).toEqual([
    expect.objectContaining({
      ...{ level: 'warn', mode: 'observe', userId: 'alice', shownRevision: 1, revision: 2 },
      ...{ removes: ['hers'], restores: ['b'] },
    }),
  ]);
});
