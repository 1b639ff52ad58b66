import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { alpha, testAuthenticator } from '../../../support/test-authenticator';
import { filesIn, formats, glanceClient } from '../glance-client';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);
const filesKept = (): string[] => filesIn(given().stateDir);
const at = (id: string, rest = ''): string => `/v2/images/${id}${rest}`;

const hashOf = (algorithm: string, data: Buffer): string => createHash(algorithm).update(data).digest('hex');

async function withData(
  data: Buffer,
  more: Readonly<Record<string, unknown>> = {},
  token = 'alice',
): Promise<string> {
  const { id } = await glance.create({ ...formats, ...more }, token);
  const answer = await glance.upload(id, data, token);
  if (answer.status !== 204) throw new Error(answer.text);
  return id;
}

describe('data', () => {
  test('is uploaded, makes the image active with its size and hashes, and comes back as it was', async () => {
    const data = randomBytes(4_321);
    const { id } = await glance.create(formats);
    expect(await glance.upload(id, data)).toMatchObject({ status: 204, text: '' });
    expect(await glance.show(id)).toMatchObject({
      status: 'active',
      size: 4_321,
      checksum: hashOf('md5', data),
      os_hash_algo: 'sha512',
      os_hash_value: hashOf('sha512', data),
    });
    const back = await glance.download(id);
    expect([back.status, back.bytes.equals(data)]).toEqual([200, true]);
    expect(back.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '4321',
      'content-md5': hashOf('md5', data),
    });
  });

  test('of no length is data too', async () => {
    const id = await withData(Buffer.alloc(0));
    expect(await glance.show(id)).toMatchObject({
      status: 'active',
      size: 0,
      checksum: hashOf('md5', Buffer.alloc(0)),
    });
  });

  test('that was never uploaded is 204', async () => {
    const { id } = await glance.create(formats);
    const answer = await glance.download(id);
    expect([answer.status, answer.bytes.length]).toEqual([204, 0]);
  });

  test('is uploaded once: the second time is 409, and the first data stays', async () => {
    const data = Buffer.from('the first');
    const id = await withData(data);
    const files = filesKept();
    expect((await glance.upload(id, Buffer.from('the second'))).status).toBe(409);
    expect((await glance.download(id)).bytes.toString()).toBe('the first');
    expect(await glance.show(id)).toHaveProperty('checksum', hashOf('md5', data));
    expect(filesKept()).toEqual(files);
  });

  test('needs both formats first', async () => {
    const { id } = await glance.create({ disk_format: 'raw' });
    const answer = await glance.upload(id, Buffer.from('data'));
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('Property container_format must be set prior to saving data.'),
    ]);
    expect((await glance.show(id)).status).toBe('queued');
  });

  test('is octets: another content type is 415', async () => {
    const { id } = await glance.create(formats);
    expect((await glance.upload(id, Buffer.from('{}'), 'alice', 'application/json')).status).toBe(415);
    expect((await glance.show(id)).status).toBe('queued');
  });

  test('goes with its image', async () => {
    const before = filesKept();
    const id = await withData(Buffer.from('short life'));
    expect(filesKept()).toHaveLength(before.length + 1);
    expect((await glance.remove(at(id))).status).toBe(204);
    expect((await glance.download(id)).status).toBe(404);
    expect(filesKept()).toEqual(before);
  });

  test('of an image that is not there is 404, both ways', async () => {
    expect((await glance.upload(randomUUID(), Buffer.from('data'))).status).toBe(404);
    expect((await glance.download(randomUUID())).status).toBe(404);
  });
});

describe('who may', () => {
  test('only the own project uploads; a private image is downloaded by nobody else', async () => {
    const { id } = await glance.create({ ...formats, visibility: 'private' });
    expect((await glance.upload(id, Buffer.from('x'), 'bob')).status).toBe(404);
    expect((await glance.upload(id, Buffer.from('x'), 'reader-user')).status).toBe(403);
    expect((await glance.upload(id, Buffer.from('ours'), 'carol')).status).toBe(204);
    expect((await glance.download(id, {}, 'bob')).status).toBe(404);
    expect((await glance.download(id, {}, 'reader-user')).status).toBe(403);
    expect((await glance.download(id, {}, 'admin')).bytes.toString()).toBe('ours');
  });

  test('everybody downloads a public image, and nobody else uploads to it', async () => {
    const { id } = await glance.create({ ...formats, visibility: 'public', owner: alpha }, 'admin');
    expect((await glance.upload(id, Buffer.from('x'), 'bob')).status).toBe(403);
    expect((await glance.upload(id, Buffer.from('for all'))).status).toBe(204);
    expect((await glance.download(id, {}, 'bob')).bytes.toString()).toBe('for all');
  });
});

describe('ranges', () => {
  let id = '';
  beforeAll(async () => {
    id = await withData(Buffer.from('Z0123456789ABCDEFGHI'));
  });

  test.each([
    ['bytes=3-10', '23456789', 'bytes 3-10/20'],
    ['bytes=0-0', 'Z', 'bytes 0-0/20'],
    ['bytes=-5', 'EFGHI', 'bytes 15-19/20'],
    ['bytes=-50', 'Z0123456789ABCDEFGHI', 'bytes 0-19/20'],
    ['bytes=15-', 'EFGHI', 'bytes 15-19/20'],
    ['bytes=15-100', 'EFGHI', 'bytes 15-19/20'],
  ])('Range: %s is %s', async (range, text, contentRange) => {
    const answer = await glance.download(id, { Range: range });
    expect([answer.status, answer.bytes.toString()]).toEqual([206, text]);
    expect(answer.headers).toMatchObject({
      'content-range': contentRange,
      'content-length': String(text.length),
    });
  });

  test.each([
    ['bytes=20-', 416],
    ['bytes=25-30', 416],
    ['bytes=10-3', 416],
    ['bytes=a-b', 416],
    ['bytes=0-1,3-4', 400],
  ])('Range: %s is refused by %i', async (range, status) => {
    expect((await glance.download(id, { Range: range })).status).toBe(status);
  });

  test('Content-Range in a request is taken for a range', async () => {
    for (const range of ['bytes 3-10/*', 'bytes 3-10/20']) {
      const answer = await glance.download(id, { 'Content-Range': range });
      expect([range, answer.status, answer.bytes.toString()]).toEqual([range, 206, '23456789']);
    }
    for (const range of ['bytes 10-3/*', 'bytes 30-40/*', 'bytes */20', 'bytes 3-30/20']) {
      expect([range, (await glance.download(id, { 'Content-Range': range })).status]).toEqual([range, 416]);
    }
  });
});

describe('deactivation', () => {
  const turn = (id: string, verb: string, token?: string) =>
    glance.post(at(id, `/actions/${verb}`), undefined, token);

  const turnTwice = async (id: string, verb: string): Promise<void> => {
    const answers = [await turn(id, verb, 'admin'), await turn(id, verb, 'admin')];
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  };

  test('withholds the data until reactivation; each may be asked twice', async () => {
    const id = await withData(Buffer.from('withheld'));
    await turnTwice(id, 'deactivate');
    expect((await glance.show(id)).status).toBe('deactivated');
    expect((await glance.download(id)).status).toBe(403);
    expect((await glance.download(id, {}, 'admin')).status).toBe(200);
    expect(await glance.names('?status=deactivated')).toHaveLength(1);
    await turnTwice(id, 'reactivate');
    expect((await glance.download(id)).bytes.toString()).toBe('withheld');
  });

  test('is not for images without data, nor for other projects', async () => {
    const queued = await glance.create(formats);
    for (const verb of ['deactivate', 'reactivate']) {
      const answer = await turn(queued.id, verb, 'admin');
      expect([answer.status, answer.text]).toEqual([
        403,
        expect.stringContaining(`Not allowed to ${verb} image in status 'queued'`),
      ]);
      expect((await turn(randomUUID(), verb, 'admin')).status).toBe(404);
    }
    const { id } = await glance.create({ ...formats, visibility: 'public', owner: alpha }, 'admin');
    await glance.upload(id, Buffer.from('public'));
    for (const verb of ['deactivate', 'reactivate']) {
      expect((await turn(id, verb, 'bob')).status).toBe(403);
    }
    expect((await glance.show(id)).status).toBe('active');
  });

  test('leaves metadata and tags changeable, and the image deletable', async () => {
    const id = await withData(Buffer.from('x'));
    await turn(id, 'deactivate', 'admin');
    expect((await glance.put(at(id, '/tags/still'), undefined)).status).toBe(204);
    expect((await glance.patch(id, [{ op: 'add', path: '/a', value: 'b' }])).status).toBe(200);
    expect((await glance.remove(at(id))).status).toBe(204);
  });
});
