import { randomUUID } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import type { Answer } from '../../support/wire';
import { file, registrations, server } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { ask, count } = registrations(given);

async function made(answer: Answer): Promise<{ type: string; image: Record<string, unknown> }> {
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"job_id":"[0-9a-f]{32}"\}$/)]);
  const id = answer.json<{ job_id: string }>().job_id;
  const job = (await ask('GET', `/v1/${alpha}/jobs/${id}`)).json<{
    job_type: string;
    status: string;
    entities: { image_id: string };
  }>();
  expect(job.status).toBe('SUCCESS');
  const listed = await ask('GET', `/v2/cloudimages?id=${job.entities.image_id}`);
  const [image = {}] = listed.json<{ images: Record<string, unknown>[] }>().images;
  return { type: job.job_type, image };
}

describe('an image of a whole server', () => {
  const whole = (body: object) => ask('POST', '/v1/cloudimages/wholeimages/action', body);

  test('from the server', async () => {
    const body = { ...server, vault_id: randomUUID(), tags: ['aaa.111', 'bbb.333'], max_ram: 2048 };
    const { type, image } = await made(await whole(body));
    expect(type).toBe('imsCreateWholeImageByInstanceJob');
    expect(image).toMatchObject({
      status: 'active',
      __whole_image: 'true',
      __data_origin: `instance,${server.instance_id}`,
      tags: ['aaa=111', 'bbb=333'],
      max_ram: '2048',
    });
    const listed = await ask('GET', `/v2/cloudimages?__whole_image=true&id=${String(image['id'])}`);
    expect(listed.json<{ images: unknown[] }>().images).toHaveLength(1);
  });

  test('from a backup of either kind', async () => {
    const backup = { name: 'backup_whole', backup_id: randomUUID(), image_tags: [{ key: 'k', value: 'v' }] };
    for (const kind of [{}, { whole_image_type: 'CBR' }, { whole_image_type: 'CSBS' }]) {
      const { type, image } = await made(await whole({ ...backup, ...kind }));
      expect(type).toBe('imsCreateWholeImageByBackupJob');
      expect(image).toMatchObject({ __whole_image: 'true', __backup_id: backup.backup_id, tags: ['k=v'] });
    }
  });

  test.each([
    ['neither', { name: 'n' }, 'IMG.0012'],
    ['a kind of backup alone', { name: 'n', whole_image_type: 'CBR' }, 'IMG.0019'],
    ['both', { ...server, backup_id: 'b' }, 'IMG.0001'],
    ['another kind', { name: 'n', backup_id: 'b', whole_image_type: 'cbr' }, 'IMG.0001'],
    ['a list of kinds', { name: 'n', backup_id: 'b', whole_image_type: ['CBR'] }, 'IMG.0001'],
    ['no kind in a list', { name: 'n', backup_id: 'b', whole_image_type: [] }, 'IMG.0001'],
    ['a number as vault', { ...server, vault_id: 1 }, 'IMG.0001'],
    ['no name', { instance_id: 'i' }, 'IMG.0013'],
    ['a bad tag', { ...server, tags: ['.b'] }, 'IMG.0115'],
  ])('with %s is refused and none is made', async (_, body, code) => {
    const before = await count();
    expectIms(await whole(body), 400, code);
    expect(await count()).toBe(before);
  });
});

describe.each(['v1', 'v2.1'])('an image of a data disk by %s', (version) => {
  const data = (body: object) => ask('POST', `/${version}/cloudimages/dataimages/action`, body);
  const fields = { name: 'fedora-data1', image_url: 'image-test:fedora_data1.qcow2', min_disk: 40 };

  test('from a file', async () => {
    const { type, image } = await made(await data({ ...fields, tags: ['aaa.111'], cmk_id: 'k' }));
    expect(type).toBe('imsImportDataImageJob');
    expect(image).toMatchObject({
      virtual_env_type: 'DataImage',
      __os_type: 'Linux',
      __system__cmkid: 'k',
      disk_format: 'qcow2',
      min_disk: 40,
      tags: ['aaa=111'],
    });
    const windows = await made(await data({ ...fields, os_type: 'Windows', os_version: 'ignored' }));
    expect(windows.image).toMatchObject({ __os_type: 'Windows' });
    expect(windows.image).not.toHaveProperty('__os_version');
  });

  test.each([
    ['no file', { ...fields, image_url: undefined }, 'IMG.0001'],
    ['a file without a bucket', { ...fields, image_url: 'file' }, 'IMG.0001'],
    ['a small disk', { ...fields, min_disk: 39 }, 'IMG.0055'],
    ['a large disk', { ...fields, min_disk: 2049 }, 'IMG.0055'],
    ['no disk', { ...fields, min_disk: undefined }, 'IMG.0055'],
    ['another system', { ...fields, os_type: 'linux' }, 'IMG.0122'],
    ['no name', { ...fields, name: '' }, 'IMG.0013'],
  ])('with %s is refused', async (_, body, code) => {
    expectIms(await data(body), 400, code);
  });
});

test('a file may carry data disks', async () => {
  const data_images = [
    { image_url: 'b:data1.vhd', min_disk: 10, tags: ['d.1'] },
    { image_url: 'b:data2.vhd', min_disk: '20', name: 'second', description: 'of data' },
  ];
  const before = await count();
  const answer = await ask('POST', '/v2/cloudimages/action', { ...file, data_images, tags: ['s.1'] });
  const { job_id } = answer.json<{ job_id: string }>();
  const job = (await ask('GET', `/v1/${alpha}/jobs/${job_id}`)).json<{
    job_type: string;
    entities: {
      image_name: string;
      sub_jobs_result: { entities: { image_id: string; image_name: string } }[];
    };
  }>();
  expect(await count()).toBe(before + 3);
  expect([job.job_type, job.entities.image_name]).toEqual(['imsImportImageJob', file.name]);
  const disks = job.entities.sub_jobs_result.map(({ entities }) => entities);
  expect(disks.map(({ image_name }) => image_name)).toEqual([`${file.name}_data_1`, 'second']);
  const [first, second] = await Promise.all(
    disks.map(async ({ image_id }) => (await ask('GET', `/v2/images/${image_id}`)).json<object>()),
  );
  const common = { virtual_env_type: 'DataImage', __os_type: 'Linux', disk_format: 'vhd', status: 'active' };
  expect(first).toMatchObject({ ...common, min_disk: 10, tags: ['d=1'] });
  expect(second).toMatchObject({ ...common, min_disk: 20, tags: ['s=1'], __description: 'of data' });
});

test('the safe mode registers and imports as the other', async () => {
  const plain = await made(await ask('POST', '/v2.1/cloudimages/action', { ...server, tags: ['a.b'] }));
  expect(plain).toMatchObject({ type: 'imsCreateImageByInstance', image: { tags: ['a=b'] } });
  const quick = await made(await ask('POST', '/v2.1/cloudimages/quickimport/action', file));
  expect(quick.type).toBe('imsImportImageJob');
  expectIms(await ask('POST', '/v2.1/cloudimages/quickimport/action', server), 400, 'IMG.0001');
  expectIms(await ask('POST', '/v2.1/cloudimages/action', {}), 400, 'IMG.0001');
});
