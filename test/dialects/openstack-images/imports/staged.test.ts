import { createHash, randomBytes } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { closeIdleSockets } from '../../../support/wire';
import { filesIn, formats, glanceClient } from '../glance-client';
import { importScene, untilFiles } from './import-scene';

const given = testGateway({
  env: { TAGWAY_MAX_UPLOAD_BYTES: '100000' },
  replace: { authenticator: testAuthenticator },
});
afterAll(closeIdleSockets);

const glance = glanceClient(given);
const { begin, settled, task, tasks } = importScene(glance);
const filesKept = (): string[] => filesIn(given().stateDir);
const direct = { name: 'glance-direct' };

async function staged(data: Buffer, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { id } = await glance.create({ ...formats, ...more });
  const answer = await glance.stage(id, data);
  if (answer.status !== 204) throw new Error(answer.text);
  return id;
}

test('staged data are imported: uploading, importing, active, and a task that says so', async () => {
  const data = randomBytes(9_999);
  const id = await staged(data);
  expect(await glance.show(id)).toMatchObject({ status: 'uploading', size: 9_999, checksum: null });
  expect((await glance.download(id)).status).toBe(204);
  expect(await begin(id, direct)).toMatchObject({ status: 202, text: '' });
  const done = await task(id);
  expect(done).toMatchObject({ status: 'success', type: 'api_image_import', image_id: id, user_id: 'alice' });
  expect(done.result).toEqual({ image_id: id });
  expect(done['input']).toEqual({ image_id: id, import_req: { method: direct }, backend: [null] });
  const image = await glance.show(id);
  expect(image).toMatchObject({
    status: 'active',
    size: 9_999,
    os_hash_value: createHash('sha512').update(data).digest('hex'),
    os_glance_importing_to_stores: '',
    os_glance_failed_import: '',
  });
  expect(image).not.toHaveProperty('os_glance_import_task');
  expect((await glance.download(id)).bytes.equals(data)).toBe(true);
  expect(filesKept().filter((name) => name.startsWith(id))).toEqual([id]);
});

test.each([
  [
    'before anything is staged',
    'queued',
    "Image needs to be staged before 'glance-direct' method can be used",
  ],
  ['of an active image', 'active', 'Image with status active cannot be target for import'],
])('an import %s is 409', async (_when, status, words) => {
  const { id } = await glance.create(formats);
  if (status === 'active') await glance.upload(id, Buffer.from('data'));
  const answer = await begin(id, direct);
  expect([answer.status, answer.text.includes(words)]).toEqual([409, true]);
  expect(await tasks(id)).toEqual([]);
});

test.each([
  [{ disk_format: 'raw' }, "'container_format' needs to be set before import"],
  [{ container_format: 'bare' }, "'disk_format' needs to be set before import"],
])('an image with %j alone is staged, and not imported', async (body, words) => {
  const { id } = await glance.create(body);
  expect((await glance.stage(id, Buffer.from('data'))).status).toBe(204);
  const refused = await begin(id, direct);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(words)]);
});

test('data are staged once, and what is staged is no upload', async () => {
  const id = await staged(Buffer.from('first'));
  const again = await glance.stage(id, Buffer.from('second'));
  expect([again.status, again.text]).toEqual([
    409,
    expect.stringContaining('Image status transition from uploading to uploading is not allowed'),
  ]);
  expect((await glance.upload(id, Buffer.from('third'))).status).toBe(409);
  await begin(id, direct);
  await settled(id);
  expect((await glance.download(id)).bytes.toString()).toBe('first');
});

test('data that are too large leave the image queued and no file', async () => {
  const before = filesKept();
  const { id } = await glance.create(formats);
  expect((await glance.stage(id, Buffer.alloc(100_001))).status).toBe(413);
  expect(await glance.show(id)).toMatchObject({ status: 'queued', size: null });
  await untilFiles(filesKept, before);
});

test('an image that is deleted takes what was staged with it', async () => {
  const before = filesKept();
  const id = await staged(Buffer.from('data'));
  expect((await glance.remove(`/v2/images/${id}`)).status).toBe(204);
  await untilFiles(filesKept, before);
});

test.each([
  ['qcow2', Buffer.from('no such thing'), 'Image disk_format qcow2 does not match stream data raw'],
  [
    'vmdk',
    Buffer.concat([Buffer.from('QFI\u00fb', 'latin1'), Buffer.alloc(600)]),
    'does not match stream data qcow2',
  ],
  ['qcow2', withBackingFile(), 'Image failed safety checks'],
])(
  'an import of %s fails if its data are something else, and the image is queued',
  async (format, data, words) => {
    const before = filesKept();
    const id = await staged(data, { disk_format: format });
    expect((await begin(id, direct)).status).toBe(202);
    expect(await task(id)).toMatchObject({
      status: 'failure',
      message: expect.stringContaining(words) as string,
    });
    expect(await settled(id)).toMatchObject({ status: 'queued', size: null, checksum: null });
    await untilFiles(filesKept, before);
    expect((await glance.stage(id, Buffer.from('again'))).status).toBe(204);
  },
);

function withBackingFile(): Buffer {
  const head = Buffer.alloc(1024);
  head.write('QFI\u00fb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(512n, 8);
  return head;
}

test('only the own project stages and imports', async () => {
  const { id } = await glance.create({ ...formats, visibility: 'community' });
  expect((await glance.stage(id, Buffer.from('data'), 'bob')).status).toBe(403);
  expect((await glance.stage(id, Buffer.from('data'), 'reader-user')).status).toBe(403);
  await glance.stage(id, Buffer.from('data'));
  expect((await begin(id, direct, 'bob')).status).toBe(403);
  expect(await tasks(id, 'bob')).toEqual([]);
  await begin(id, direct);
  await settled(id);
  expect(await tasks(id, 'bob')).toEqual([]);
  expect(await tasks(id, 'admin')).toHaveLength(1);
});

test.each([
  [{}, "Import request requires a 'method' field."],
  [[], "Import request requires a 'method' field."],
  [{ method: 'glance-direct' }, "Import request requires a 'method' field."],
  [{ method: {} }, "Import request requires a 'name' field."],
  [{ method: { name: 'glance-download' } }, "Unknown import method name 'glance-download'."],
  [{ method: { name: 7 } }, "Unknown import method name '7'."],
  [{ method: direct, all_stores: 'yes' }, "'all_stores' must be boolean value only"],
  [{ method: direct, all_stores_must_succeed: 1 }, "'all_stores_must_succeed' must be boolean value only"],
])('the body %j is 400', async (body, words) => {
  const id = await staged(Buffer.from('data'));
  const answer = await glance.post(`/v2/images/${id}/import`, body);
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
});
