import { bytes, type DataHost, redirect, startDataHost } from '../../../support/data-host';
import { startTestGateway, type TestGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets } from '../../../support/wire';
import { filesIn, formats, glanceClient } from '../glance-client';
import { until } from '../../../support/until';
import { importScene, type TaskBody, untilFiles } from './import-scene';

const data = Buffer.from('data of another host');
let host: DataHost;
let gateway: TestGateway;
let finish: (() => void) | undefined;
/** Where each name is when it is asked for. */
const places = new Map<string, string>([['images.test', '127.0.0.1']]);

beforeAll(async () => {
  host = await startDataHost({
    '/data': bytes(data),
    '/large': bytes(Buffer.alloc(10_001)),
    '/moved': redirect('/data'),
    '/elsewhere': (_req, res) => {
      redirect(`http://other.test:${String(host.port)}/data`)(_req, res);
    },
    '/round': redirect('/round'),
    '/slow': (_req, res) => {
      res.writeHead(200, { 'Content-Length': 9 }).write('begun');
      finish = () => res.end('done');
    },
    '/short': (_req, res) => {
      res.writeHead(200, { 'Content-Length': 100 }).write('half', () => res.destroy());
    },
  });
  const port = String(host.port);
  gateway = await startTestGateway({
    env: {
      TAGWAY_IMPORT_HOSTS: `images.test:${port},inside.test:${port},127.0.0.1:${port},[::1]:${port}`,
      TAGWAY_IMPORT_NETWORKS: '127.0.0.1/32',
      TAGWAY_MAX_UPLOAD_BYTES: '10000',
    },
    replace: {
      authenticator: testAuthenticator,
      resolve: (name) => Promise.resolve([{ address: places.get(name) ?? '10.1.2.3', family: 4 }]),
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await host.close();
});

afterAll(closeIdleSockets);

const glance = glanceClient(() => gateway);
const { begin, settled, task } = importScene(glance);
const filesKept = (): string[] => filesIn(gateway.stateDir);
const url = (path: string, name = 'images.test'): string => `http://${name}:${String(host.port)}${path}`;

async function downloaded(uri: unknown): Promise<string> {
  const { id } = await glance.create(formats);
  const answer = await begin(id, { name: 'web-download', uri });
  if (answer.status !== 202) throw new Error(answer.text);
  return id;
}

test.each(['/data', '/moved'])('data at %s are imported', async (path) => {
  const id = await downloaded(url(path));
  expect(await task(id)).toMatchObject({ status: 'success', message: 'Copied 0 MiB' });
  expect(await settled(id)).toMatchObject({ status: 'active', size: data.length });
  expect((await glance.download(id)).bytes.equals(data)).toBe(true);
});

test.each([
  ['/missing', 'the host answered 404'],
  ['/large', 'The provided image is too large'],
  ['/round', 'the host answered 310'],
  ['/short', 'the data ended before their length'],
  ['/elsewhere', 'the address is not allowed'],
])('an import of %s fails, and the image is queued without a file', async (path, words) => {
  const before = filesKept();
  const id = await downloaded(url(path));
  expect(await task(id)).toMatchObject({
    status: 'failure',
    message: expect.stringContaining(words) as string,
  });
  expect(await settled(id)).toMatchObject({ status: 'queued', size: null });
  await untilFiles(filesKept, before);
});

test.each([
  'http://other.test/data',
  'http://images.test/data',
  'http://images.test:1/data',
  'ftp://images.test/data',
  'file:///etc/passwd',
  'http://user:secret@images.test/data',
  'http://images.test@other.test/data',
  'http://127.0.0.2/data',
  'http://0x7f.1/data',
  'no url',
  '',
  null,
  undefined,
  7,
])('the URL %j is 400 before anything is asked', async (uri) => {
  const { id } = await glance.create(formats);
  const answer = await begin(id, { name: 'web-download', uri });
  expect([answer.status, answer.text]).toEqual([
    400,
    expect.stringContaining('URI for web-download does not pass filtering: '),
  ]);
  expect((await glance.show(id)).status).toBe('queued');
});

test('an allowed name that leads to a private address is not connected to', async () => {
  const before = host.asked.length;
  const id = await downloaded(url('/data', 'inside.test'));
  expect((await task(id)).message).toContain('the address is not allowed');
  expect(await task(await downloaded(url('/data', '[::1]')))).toMatchObject({ status: 'failure' });
  expect(host.asked.length).toBe(before);
});

test('a name that changes its mind between two looks is asked for at the address that was checked', async () => {
  const looks: string[] = [];
  const names = { get: places.get.bind(places) };
  places.get = (name) => {
    looks.push(name);
    return looks.length === 1 ? '127.0.0.1' : '10.0.0.1';
  };
  try {
    const id = await downloaded(url('/data'));
    expect((await task(id)).status).toBe('success');
    expect(looks).toEqual(['images.test']);
  } finally {
    places.get = names.get;
  }
});

test('an image that is deleted during its import leaves no file', async () => {
  const before = filesKept().filter((name) => !name.endsWith('.upload'));
  const id = await downloaded(url('/slow'));
  await until(() => Promise.resolve(finish));
  expect((await glance.show(id)).status).toBe('importing');
  expect((await glance.stage(id, Buffer.from('x'))).status).toBe(409);
  expect((await begin(id, { name: 'web-download', uri: url('/data') })).status).toBe(409);
  expect((await glance.remove(`/v2/images/${id}`)).status).toBe(204);
  finish?.();
  await until(async () => {
    const { tasks } = (await glance.get(`/v2/tasks?image_id=${id}`, 'admin')).json<{ tasks: TaskBody[] }>();
    return tasks[0]?.status === 'failure' || undefined;
  });
  await untilFiles(filesKept, before);
});

test('no host is allowed unless a setting names one', async () => {
  const closed = await startTestGateway({ replace: { authenticator: testAuthenticator } });
  const client = glanceClient(() => closed);
  const { id } = await client.create(formats);
  const answer = await importScene(client).begin(id, { name: 'web-download', uri: url('/data') });
  expect(answer.status).toBe(400);
  await closed.close();
});
