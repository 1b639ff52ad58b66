import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTagway, type Tagway, type TagwayProject } from '../../dist/src/testing';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

let gateway: Tagway;
let project: TagwayProject;
const folder = temporaryFolder('tagway-testing');

beforeAll(async () => {
  gateway = await startTagway();
  project = await gateway.project('worker-1');
}, 120_000);

afterAll(async () => {
  await gateway.stop();
  removeFolder(folder);
});

const make = async (tags: readonly string[] = []): Promise<string> => {
  const answer = await project.fetch('/v2/images', { method: 'POST', body: JSON.stringify({ tags }) });
  return ((await answer.json()) as { id: string }).id;
};

test('a project has a user, a key and the variables of clients, and its own state', async () => {
  expect(project).toMatchObject({ name: 'worker-1', user: { name: 'worker-1' } });
  expect(project.env).toMatchObject({
    OS_PROJECT_NAME: 'worker-1',
    HUAWEICLOUD_SDK_AK: project.accessKey.access,
  });
  const id = await make(['golden']);
  const handle = await project.snapshot();
  await project.reset();
  expect((await project.fetch(`/v2/images/${id}`)).status).toBe(404);
  await project.restore(handle);
  expect(((await (await project.fetch(`/v2/images/${id}`)).json()) as { tags: string[] }).tags).toEqual([
    'golden',
  ]);
  const other = await gateway.project();
  expect(((await (await other.fetch('/v2/images')).json()) as { images: [] }).images).toEqual([]);
  await other.remove();
  expect((await other.fetch('/v2/images')).status).toBe(401);
});

describe('exactly these calls', () => {
  const query = (): object => ({ project: project.id, timeoutMs: 200 });
  const assertCalls = async (calls: Parameters<Tagway['journal']['assertCalls']>[0]): Promise<void> =>
    gateway.journal.assertCalls(calls, query());

  test('pass as patterns, with a body, and by a part of the user agent', async () => {
    await gateway.journal.clear();
    const id = await make(['red']);
    await project.fetch(`/v2/images/${id}?limit=1`, { headers: { 'User-Agent': 'suite/1.0' } });
    await assertCalls(['POST /v2/images 201', 'GET /v2/images/* 200']);
    await assertCalls([{ call: 'POST /v2/images', body: { tags: ['red'] } }, `GET /v2/images/${id}?limit=1`]);
    await gateway.journal.assertCalls(['GET /v2/images/*'], { ...query(), userAgent: 'suite/' });
  });

  test.each([
    ['one too few', ['POST /v2/images 201']],
    ['one too many', ['POST /v2/images', 'GET /v2/images/*', 'GET /v2/images']],
    ['another order', ['GET /v2/images/*', 'POST /v2/images']],
    ['another status', ['POST /v2/images 200', 'GET /v2/images/*']],
    ['another query', ['POST /v2/images', 'GET /v2/images/*?limit=2']],
    ['another body', [{ call: 'POST /v2/images', body: { tags: ['blue'] } }, 'GET /v2/images/*']],
    ['a longer path', ['POST /v2/images', 'GET /v2/*']],
  ])('fail for %s, and the difference is shown', async (_, calls) => {
    const error = await assertCalls(calls).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_ASSERTION', actual: expect.any(Array) });
    expect(String(error)).toContain('POST /v2/images');
  });
});

test('a scenario is set from a file, and a request of the journal is sent again', async () => {
  const file = join(folder, 'scenario.json');
  const faults = [
    { name: 'first', project: project.id, status: 503 },
    { name: 'second', project: project.id, status: 504 },
  ];
  writeFileSync(file, JSON.stringify({ faults }));
  expect((await gateway.faults.load(file)).map(({ name }) => name)).toEqual(['first', 'second']);
  expect((await project.fetch('/v2/images')).status).toBe(503);
  const { entries } = await gateway.journal.read({ project: project.id, limit: 1 });
  expect(entries[0]?.fault?.name).toBe('first');
  expect(await gateway.journal.replay(entries[0]?.id ?? 0)).toMatchObject({
    status: 504,
    replayOf: entries[0]?.id,
  });
  await gateway.faults.load({ faults: [{ project: project.id, delay: 1 }] });
  await gateway.faults.clear();
  expect(await gateway.faults.list()).toEqual([]);
});

test('a clock that is set, past the hour of its own token, and the same ids', async () => {
  expect(await gateway.clock.set({ advance: 90_000 })).toMatchObject({ set: true, standing: false });
  expect((await gateway.clock.read()).set).toBe(true);
  await gateway.clock.unset();
  expect((await gateway.clock.read()).set).toBe(false);
  await gateway.setIds(7);
  await project.reset();
  const first = await make();
  await project.reset();
  expect(await make()).toBe(first);
  await gateway.setIds(null);
  await project.reset();
  expect(await make()).not.toBe(first);
});
