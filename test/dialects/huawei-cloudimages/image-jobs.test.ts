import { randomUUID } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';
import { registrations } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { ask } = registrations(given);

interface Job {
  readonly status: string;
  readonly job_type: string;
  readonly entities: Readonly<Record<string, string>>;
}

async function jobOf(answer: Answer): Promise<Job> {
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"job_id":"[0-9a-f]{32}"\}$/)]);
  return (await ask('GET', `/v1/${alpha}/jobs/${answer.json<{ job_id: string }>().job_id}`)).json<Job>();
}

async function describedImage(fields: object = {}): Promise<string> {
  const body = { name: 'source', visibility: 'private', tags: ['env=prod'], ...fields };
  return (await ask('POST', '/v2/images', body)).json<{ id: string }>().id;
}

/** With data of its own. */
async function anImage(fields: object = {}): Promise<string> {
  const id = await describedImage({ disk_format: 'raw', container_format: 'bare', min_disk: 3, ...fields });
  const headers = { 'Content-Type': 'application/octet-stream' };
  await send(given().port, 'PUT', `/v2/images/${id}/file`, { token: 'alice', headers, body: 'the bytes' });
  return id;
}

const imageOf = async (id: string): Promise<Record<string, unknown>> =>
  (await ask('GET', `/v2/images/${id}`)).json();

describe.each(['v1', 'v2.1'])('a copy by %s', (version) => {
  const copy = (id: string, body: object, token?: string) =>
    ask('POST', `/${version}/cloudimages/${id}/copy`, body, token);

  test('has the attributes and the data of its source, and none of its tags', async () => {
    const id = await anImage({ __os_type: 'Linux', __description: 'of old', __system__cmkid: 'k1' });
    const job = await jobOf(await copy(id, { name: 'copied', cmk_id: 'k2', description: 'new' }));
    expect(job).toMatchObject({
      job_type: 'imsCopyImageInRegionJob',
      status: 'SUCCESS',
      entities: { image_name: 'copied' },
    });
    const copyId = job.entities['image_id'] ?? '';
    const source = await imageOf(id);
    expect(await imageOf(copyId)).toMatchObject({
      name: 'copied',
      status: 'active',
      visibility: 'private',
      tags: [],
      min_disk: 3,
      __os_type: 'Linux',
      __description: 'new',
      __system__cmkid: 'k2',
      __originalimagename: id,
      size: source['size'],
      checksum: source['checksum'],
      os_hash_value: source['os_hash_value'],
    });
    expect((await ask('DELETE', `/v2/images/${id}`)).status).toBe(204);
    expect((await ask('GET', `/v2/images/${copyId}/file`)).text).toBe('"the bytes"');
  });

  test('is not encrypted unless a key is given, and has the description that is given', async () => {
    const id = await anImage({ __description: 'of old', __system__cmkid: 'k1' });
    const job = await jobOf(await copy(id, { name: 'plain', cmk_id: '' }));
    const made = await imageOf(job.entities['image_id'] ?? '');
    expect(made).not.toHaveProperty('__system__cmkid');
    expect(made).not.toHaveProperty('__description');
    expectIms(await copy(id, { name: 'again', cmk_id: 'k1' }), 400, 'IMG.0096');
  });

  test('is refused where there is nothing to copy', async () => {
    const body = { name: 'copied' };
    expectIms(await copy(await describedImage(), body), 400, 'IMG.0046');
    expectIms(await copy(await anImage({ __whole_image: 'true' }), body), 400, 'IMG.0130');
    expectIms(await copy(await anImage({ disk_format: 'iso' }), body), 400, 'IMG.0167');
    expectIms(await copy(randomUUID(), body), 404, 'IMG.0144');
    expectIms(await copy('x', body), 400, 'IMG.0066');
    const id = await anImage();
    expectIms(await copy(id, body, 'bob'), 404, 'IMG.0144');
    expectIms(await copy(id, body, 'reader-user'), 403, 'IMG.0026');
    expectIms(await copy(id, {}), 400, 'IMG.0013');
    expectIms(await copy(id, { name: 1 }), 400, 'IMG.0001');
    expectIms(await copy(id, { name: 'a', description: '<' }), 400, 'IMG.0054');
    expectIms(await copy(id, { name: 'a', enterprise_project_id: '\u0000' }), 400, 'IMG.0001');
  });
});

describe.each(['v1', 'v2.1'])('an export by %s', (version) => {
  const toFile = (id: string, body: object, token?: string) =>
    ask('POST', `/${version}/cloudimages/${id}/file`, body, token);
  const body = { bucket_url: 'ims-image:centos7_5.qcow2', file_format: 'qcow2' };

  test('is a job that ends well and changes nothing', async () => {
    const id = await anImage();
    const before = await imageOf(id);
    for (const fields of [
      body,
      { ...body, is_quick_export: false },
      { bucket_url: 'b:f', is_quick_export: true },
    ]) {
      expect(await jobOf(await toFile(id, fields))).toMatchObject({
        job_type: 'imsNativeExportImageJob',
        status: 'SUCCESS',
        entities: { image_id: id },
      });
    }
    expect(await imageOf(id)).toEqual(before);
  });

  test.each([
    ['no file', { file_format: 'vhd' }, 'IMG.0068'],
    ['no bucket', { ...body, bucket_url: ':f' }, 'IMG.0068'],
    ['no name of a file', { ...body, bucket_url: 'b:' }, 'IMG.0073'],
    ['a space', { ...body, bucket_url: 'b:a b' }, 'IMG.0175'],
    ['no format', { bucket_url: 'b:f' }, 'IMG.0072'],
    ['another format', { ...body, file_format: 'iso' }, 'IMG.0072'],
    ['a format and haste', { ...body, is_quick_export: true }, 'IMG.0001'],
    ['a word as haste', { ...body, is_quick_export: 'true' }, 'IMG.0001'],
  ])('with %s is refused', async (_, fields, code) => {
    expectIms(await toFile(await anImage(), fields), 400, code);
  });

  test('is refused for what cannot be exported', async () => {
    expectIms(await toFile(await describedImage(), body), 400, 'IMG.0046');
    expectIms(await toFile(await anImage({ __whole_image: 'true' }), body), 400, 'IMG.0128');
    expectIms(await toFile(await anImage({ disk_format: 'iso' }), body), 400, 'IMG.0167');
    const id = await anImage();
    expectIms(await toFile(id, body, 'bob'), 404, 'IMG.0144');
    await ask('PATCH', `/v2/cloudimages/${id}`, [{ op: 'add', path: '/visibility', value: 'public' }]);
    const open = (await ask('POST', '/v2/images', { name: 'o', visibility: 'public' }, 'admin')).json<{
      id: string;
    }>().id;
    expectIms(await toFile(open, body), 400, 'IMG.0046');
  });
});

describe('the file of an image that was only described', () => {
  const upload = (id: string, body: object, token?: string) =>
    ask('PUT', `/v1/cloudimages/${id}/upload`, body, token);

  test('makes it active', async () => {
    const id = await describedImage({ __os_version: 'Ubuntu 14.04 server 64bit' });
    const job = await jobOf(await upload(id, { image_url: 'bucketname:Centos6.5-disk1.vmdk' }));
    expect(job).toMatchObject({
      job_type: 'imsNativeImportImageJob',
      status: 'SUCCESS',
      entities: { image_id: id },
    });
    expect(await imageOf(id)).toMatchObject({
      status: 'active',
      disk_format: 'vmdk',
      container_format: 'bare',
      tags: ['env=prod'],
      __os_version: 'Ubuntu 14.04 server 64bit',
      __data_origin: 'file,bucketname:Centos6.5-disk1.vmdk',
    });
    expectIms(await upload(id, { image_url: 'b:f' }), 400, 'IMG.0046');
  });

  test('is refused where it cannot be', async () => {
    const id = await describedImage();
    expectIms(await upload(id, {}), 400, 'IMG.0068');
    expectIms(await upload(id, { image_url: 'b' }), 400, 'IMG.0068');
    expectIms(await upload(id, { image_url: 1 }), 400, 'IMG.0001');
    expectIms(await upload(id, { image_url: 'b:f' }, 'bob'), 404, 'IMG.0144');
    expectIms(await upload(id, { image_url: 'b:f' }, 'reader-user'), 403, 'IMG.0026');
    expect((await imageOf(id))['status']).toBe('queued');
  });
});
