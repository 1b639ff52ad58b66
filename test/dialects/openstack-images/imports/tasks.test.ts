import { bytes, type DataHost, startDataHost } from '../../../support/data-host';
import { startTestGateway, type TestGateway } from '../../../support/gateway';
import { adminProject, testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets } from '../../../support/wire';
import { filesIn, formats, glanceClient } from '../glance-client';
import { until } from '../../../support/until';
import { importScene, type TaskBody, untilFiles } from './import-scene';

const data = Buffer.from('data of another host');
let host: DataHost;
let gateway: TestGateway;
beforeAll(async () => {
  host = await startDataHost({ '/data': bytes(data) });
  gateway = await startTestGateway({
    env: { TAGWAY_IMPORT_HOSTS: `127.0.0.1:${String(host.port)}`, TAGWAY_IMPORT_NETWORKS: '127.0.0.0/8' },
    replace: { authenticator: testAuthenticator },
  });
});
afterAll(async () => {
  await gateway.close();
  await host.close();
});

afterAll(closeIdleSockets);

const glance = glanceClient(() => gateway);
const scene = importScene(glance);
const uri = (path = '/data'): string => `http://127.0.0.1:${String(host.port)}${path}`;

const inputOf = (path = '/data', properties: unknown = formats): Readonly<Record<string, unknown>> => ({
  import_from: uri(path),
  import_from_format: 'raw',
  image_properties: properties,
});

const ended = (id: string): Promise<TaskBody> =>
  until(async () => {
    const task = (await glance.get(`/v2/tasks/${id}`, 'admin')).json<TaskBody>();
    return ['success', 'failure'].includes(task.status) ? task : undefined;
  });

test('a task makes an image with the data at a URL', async () => {
  const input = inputOf('/data', { ...formats, name: 'by a task', visibility: 'public' });
  const answer = await glance.post('/v2/tasks', { type: 'import', input }, 'admin');
  expect(answer.status).toBe(201);
  const begun = answer.json<TaskBody>();
  expect(answer.headers.location).toBe(`${gateway.url}/v2/tasks/${begun.id}`);
  expect(begun).toMatchObject({
    status: 'pending',
    type: 'import',
    owner: adminProject,
    input,
    result: null,
  });
  expect(begun).not.toHaveProperty('image_id');
  const task = await ended(begun.id);
  expect(task).toMatchObject({ status: 'success', expires_at: expect.any(String) as string });
  const imageId = task.result?.image_id ?? '';
  expect(await glance.show(imageId)).toMatchObject({
    name: 'by a task',
    status: 'active',
    size: data.length,
  });
  expect((await glance.download(imageId)).bytes.equals(data)).toBe(true);
});

test.each([
  [{}, 'Invalid location: None'],
  [{ import_from: '' }, 'Invalid location'],
  [{ import_from: 'file:///etc/passwd' }, 'File based imports'],
  [{ import_from: 'swift://x' }, 'The given uri is not valid'],
  [{ import_from: 'http://other/x' }, 'URI for legacy import task does not pass filtering: http://other/x'],
])('the input %j is 400', async (input, words) => {
  const answer = await glance.post('/v2/tasks', { type: 'import', input }, 'admin');
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
});

test.each([
  [{}, "Input does not contain 'import_from_format' field"],
  [{ import_from_format: 'raw' }, "Input does not contain 'image_properties' field"],
])('the input %j beside a URL fails its task', async (more, words) => {
  const input = { import_from: uri(), ...more };
  const begun = (await glance.post('/v2/tasks', { type: 'import', input }, 'admin')).json<TaskBody>();
  const task = await ended(begun.id);
  expect([task.status, task.message, task.result]).toEqual(['failure', words, null]);
});

test.each([
  ['data that are not there', '/missing', formats],
  ['an image that cannot be', '/data', { status: 'active' }],
  ['another format', '/data', { disk_format: 'qcow2', container_format: 'bare' }],
])('a task with %s leaves no image and no file', async (_what, path, properties) => {
  // The traces of tasks before may still be there.
  const before = filesIn(gateway.stateDir).filter((name) => !name.endsWith('.upload'));
  const count = async (): Promise<number> => (await glance.page('?visibility=all', 'admin')).images.length;
  const images = await count();
  const begun = await glance.post('/v2/tasks', { type: 'import', input: inputOf(path, properties) }, 'admin');
  expect((await ended(begun.json<TaskBody>().id)).status).toBe('failure');
  expect(await count()).toBe(images);
  await untilFiles(() => filesIn(gateway.stateDir), before);
});

test.each([
  [{ input: {} }, "Task 'type' is required"],
  [{ type: 'import' }, "Task 'input' is required"],
  [{ type: 'export', input: {} }, "'export' is not one of ['import', 'api_image_import']"],
  [{ type: 'import', input: [] }, "[] is not of type 'null', 'object'"],
  [{ type: 'import', input: null }, "Task 'input' is required"],
])('the task %j is 400', async (body, words) => {
  const answer = await glance.post('/v2/tasks', body, 'admin');
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
});

test('a task alone imports into no image', async () => {
  const { id } = await glance.create(formats);
  const input = { image_id: id, import_req: { method: { name: 'web-download', uri: uri() } } };
  const begun = (
    await glance.post('/v2/tasks', { type: 'api_image_import', input }, 'admin')
  ).json<TaskBody>();
  expect((await ended(begun.id)).status).toBe('failure');
  expect((await glance.show(id)).status).toBe('queued');
});

test.each(['alice', 'reader-user', 'domain', 'unscoped'])('%s sees no tasks by themselves', async (token) => {
  const words = 'You are not authorized to complete tasks_api_access action.';
  for (const path of ['/v2/tasks', '/v2/tasks/x'])
    expect(await glance.get(path, token)).toMatchObject({
      status: 403,
      text: expect.stringContaining(words) as string,
    });
  expect((await glance.post('/v2/tasks', { type: 'import', input: {} }, token)).status).toBe(403);
});

test('tasks are listed in pages, in every order, of every project', async () => {
  const { id } = await glance.create(formats);
  await glance.stage(id, data);
  await scene.begin(id, { name: 'glance-direct' });
  await scene.task(id);
  const list = async (query: string): Promise<{ tasks: TaskBody[]; next?: string; first: string }> =>
    (await glance.get(`/v2/tasks${query}`, 'admin')).json();
  const all = (await list('?limit=1000')).tasks.map((task) => task.id);
  for (const key of ['created_at', 'id', 'status', 'updated_at', 'expires_at', 'type']) {
    const seen: string[] = [];
    for (let query: string | undefined = `?limit=3&sort_key=${key}&sort_dir=asc`; query !== undefined;) {
      const page: Awaited<ReturnType<typeof list>> = await list(query);
      seen.push(...page.tasks.map((task) => task.id));
      query = page.next?.replace('/v2/tasks', '');
    }
    expect([...seen].sort()).toEqual([...all].sort());
  }
  expect((await list('?limit=1&sort_key=created_at')).tasks[0]?.id).toBe(all[0]);
  expect((await list(`?image_id=${id}`)).tasks).toHaveLength(1);
  expect((await list('?status=failure&type=import')).tasks.map(({ status }) => status)).toContain('failure');
  expect((await list(`?owner=${adminProject}&unknown=x`)).first).toBe(
    `/v2/tasks?owner=${adminProject}&unknown=x`,
  );
});

test.each([
  ['?status=done', 'Invalid status value: done'],
  ['?type=api_image_import', 'Invalid type value: api_image_import'],
  ['?limit=x', 'limit param must be an integer'],
  ['?limit=-1', 'limit param must be positive'],
  ['?marker=x', 'Invalid marker format'],
  ['?marker=00000000-0000-4000-8000-000000000000', 'Task with the given id'],
  ['?sort_dir=up', 'Invalid sort direction: up'],
  ['?sort_key=owner_of', 'Sort key supplied was not valid.'],
])('the list %s is 400', async (query, words) => {
  const answer = await glance.get(`/v2/tasks${query}`, 'admin');
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
});

test('an unknown task is 404, and no task is deleted', async () => {
  expect(await glance.get('/v2/tasks/none', 'admin')).toMatchObject({ status: 404 });
  const answer = await glance.remove('/v2/tasks/none', 'admin');
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
});

test('the schemas of tasks are those of Glance', async () => {
  const one = (await glance.get('/v2/schemas/task')).json<{ properties: object }>();
  expect(Object.keys(one.properties)).toContain('expires_at');
  expect((await glance.get('/v2/schemas/tasks')).json<{ name: string }>().name).toBe('tasks');
});
