import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gatewayOn, testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { until } from '../../../support/until';
import { filesIn, formats, glanceClient } from '../glance-client';

const largest = 5_000;
const given = testGateway({
  env: { TAGWAY_MAX_UPLOAD_BYTES: String(largest) },
  replace: { authenticator: testAuthenticator },
});
const glance = glanceClient(given);
const filesKept = (): string[] => filesIn(given().stateDir);

describe('an upload that is too large', () => {
  test('is 413, leaves the image queued and no file, and a fitting one succeeds afterwards', async () => {
    const before = filesKept();
    const { id } = await glance.create(formats);
    expect((await glance.upload(id, Buffer.alloc(largest + 1))).status).toBe(413);
    expect(await glance.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null });
    expect(filesKept()).toEqual(before);
    expect((await glance.upload(id, Buffer.alloc(largest))).status).toBe(204);
  });

  test('is found out while it comes, when its length was not announced', async () => {
    const before = filesKept();
    const { id } = await glance.create(formats);
    const outgoing = startUpload(id, {});
    const answered = once(outgoing, 'response') as Promise<[{ statusCode?: number; resume(): void }]>;
    for (let part = 0; part < 3; part++) outgoing.write(Buffer.alloc(2_000));
    outgoing.end();
    const [response] = await answered;
    response.resume();
    expect(response.statusCode).toBe(413);
    expect((await glance.show(id)).status).toBe('queued');
    expect(filesKept()).toEqual(before);
  });
});

function startUpload(id: string, headers: Readonly<Record<string, string>>) {
  return request({
    host: '127.0.0.1',
    port: given().port,
    method: 'PUT',
    path: `/v2/images/${id}/file`,
    headers: { 'X-Auth-Token': 'alice', 'Content-Type': 'application/octet-stream', ...headers },
    agent: false,
  });
}

test.each([
  ['announced', { 'Content-Length': '4000' }],
  ['chunked', { 'Transfer-Encoding': 'chunked' }],
])(
  'an interrupted %s upload leaves the image queued and no file; the next one succeeds',
  async (_how, headers) => {
    const before = filesKept();
    const { id } = await glance.create(formats);
    const statusIs = (status: string) => async () => (await glance.show(id)).status === status;
    const outgoing = startUpload(id, headers);
    outgoing.on('error', () => undefined);
    outgoing.write(Buffer.alloc(1_000));
    await until(statusIs('saving'));
    expect((await glance.upload(id, Buffer.from('me too'))).status).toBe(409);
    outgoing.destroy();
    await until(statusIs('queued'));
    await until(() => Promise.resolve(filesKept().length === before.length));
    expect(await glance.show(id)).toMatchObject({ size: null, checksum: null });
    expect((await glance.upload(id, Buffer.from('whole'))).status).toBe(204);
    expect((await glance.download(id)).bytes.toString()).toBe('whole');
  },
);

test('an upload that ended with its process leaves the image queued once the next one starts', async () => {
  const { id } = await glance.create(formats);
  const incoming = join(given().stateDir, 'images/incoming');
  mkdirSync(incoming, { recursive: true });
  writeFileSync(join(incoming, `${id}.${randomUUID()}`), 'the first half');
  await given().database.query({ text: "update images set status = 'saving' where id = $1" }, [id]);
  expect((await glance.upload(id, Buffer.from('whole'))).status).toBe(409);

  await (await gatewayOn(given())).close();

  expect((await glance.show(id)).status).toBe('queued');
  expect(readdirSync(incoming)).toEqual([]);
  expect((await glance.upload(id, Buffer.from('whole'))).status).toBe(204);
});

describe('on a disk that has no room', () => {
  const full = testGateway({
    env: { TAGWAY_DISK_RESERVE_BYTES: String(Number.MAX_SAFE_INTEGER) },
    replace: { authenticator: testAuthenticator },
  });

  test('an upload is 413 as in Glance, also one whose data comes in one piece, and the image stays queued', async () => {
    const client = glanceClient(full);
    const { id } = await client.create(formats);
    const answer = await client.upload(id, Buffer.alloc(5 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('Image storage media is full');
    expect((await client.show(id)).status).toBe('queued');
  });
});
