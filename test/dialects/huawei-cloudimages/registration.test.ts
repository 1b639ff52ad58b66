import { randomUUID } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import type { Answer } from '../../support/wire';
import { file, registrations, server, volume } from './registrations';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const { ask, register, quickly, count } = registrations(given);

interface Job {
  readonly status: string;
  readonly job_id: string;
  readonly job_type: string;
  readonly begin_time: string;
  readonly end_time: string;
  readonly error_code: string | null;
  readonly fail_reason: string | null;
  readonly entities: {
    readonly image_id: string;
    readonly image_name: string;
    readonly sub_jobs_result?: readonly Job[];
    readonly sub_jobs_list?: readonly string[];
  };
}

async function jobOf(answer: Answer): Promise<Job> {
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"job_id":"[0-9a-f]{32}"\}$/)]);
  const { job_id } = answer.json<{ job_id: string }>();
  const shown = await ask('GET', `/v1/${alpha}/jobs/${job_id}`);
  expect(shown.status).toBe(200);
  return shown.json<Job>();
}

async function imageOf(id: string): Promise<Record<string, unknown>> {
  const answer = await ask('GET', `/v2/cloudimages?id=${id}`);
  return answer.json<{ images: [Record<string, unknown>] }>().images[0];
}

describe('an image', () => {
  test('from a server is there at once, active and private, and the job says which it is', async () => {
    const job = await jobOf(
      await register({ ...server, description: 'from an ECS', tags: ['aaa.111', 'bbb'] }),
    );
    expect(job).toEqual({
      job_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      job_type: 'imsCreateImageByInstance',
      begin_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      end_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      status: 'SUCCESS',
      error_code: null,
      fail_reason: null,
      entities: { image_id: expect.any(String), image_name: 'ims_test' },
    });
    expect(await imageOf(job.entities.image_id)).toMatchObject({
      name: 'ims_test',
      status: 'active',
      visibility: 'private',
      owner: alpha,
      tags: ['aaa=111', 'bbb'],
      container_format: 'bare',
      __description: 'from an ECS',
      __data_origin: `instance,${server.instance_id}`,
      __imagetype: 'private',
      virtual_env_type: 'FusionCompute',
    });
  });

  test('from a file keeps its size, system and format', async () => {
    const image_tags = [
      { key: ' key2 ', value: 'value2' },
      { key: 'key1', value: '' },
    ];
    const more = {
      min_ram: 1024,
      max_ram: '4096',
      hw_firmware_type: 'uefi',
      architecture: 'arm',
      cmk_id: 'key',
      enterprise_project_id: '0',
    };
    const job = await jobOf(await register({ ...file, ...more, image_tags, is_config: true }));
    expect(job.job_type).toBe('imsImportImageJob');
    expect(await imageOf(job.entities.image_id)).toMatchObject({
      tags: ['key1', 'key2=value2'],
      disk_format: 'qcow2',
      min_disk: 40,
      min_ram: 1024,
      max_ram: '4096',
      hw_firmware_type: 'uefi',
      enterprise_project_id: '0',
      __os_version: 'CentOS 7.0 64bit',
      __os_type: 'Linux',
      __os_bit: '64',
      __platform: 'CentOS',
      __data_origin: 'file,ims-image:centos70.qcow2',
      __support_arm: 'true',
      __system__cmkid: 'key',
    });
  });

  test('from a volume, without tags', async () => {
    const job = await jobOf(await register(volume));
    expect(job.job_type).toBe('imsVolumeCreateImageJob');
    const image = await imageOf(job.entities.image_id);
    expect(image).toMatchObject({
      tags: [],
      __os_type: 'Windows',
      __data_origin: `volume,${volume.volume_id}`,
    });
  });

  test.each([
    ['IsoImage', 'IsoImage'],
    ['BMS', 'Ironic'],
    ['ECS', 'FusionCompute'],
  ])('of the type %s is for %s', async (type, environment) => {
    const job = await jobOf(await register({ ...file, type }));
    expect(await imageOf(job.entities.image_id)).toMatchObject({ virtual_env_type: environment });
  });

  test('imported quickly is the same', async () => {
    const job = await jobOf(await quickly({ ...file, tags: ['aaa.111', 'bbb.333'], type: 'ECS' }));
    expect(job.job_type).toBe('imsImportImageJob');
    expect(await imageOf(job.entities.image_id)).toMatchObject({ tags: ['aaa=111', 'bbb=333'] });
  });

  test('of data, imported quickly, needs no system, and its job shows it where Terraform looks', async () => {
    const data = { ...file, os_version: undefined, type: 'DataImage', os_type: 'Linux', min_disk: 2048 };
    const job = await jobOf(await quickly(data));
    expect(job.job_type).toBe('imsImportDataImageJob');
    expect(job.entities.sub_jobs_result?.[0]?.entities.image_id).toBe(job.entities.image_id);
    expect(await imageOf(job.entities.image_id)).toMatchObject({
      virtual_env_type: 'DataImage',
      __os_type: 'Linux',
    });
  });

  test('is one that OpenStack and both tag dialects know', async () => {
    const { entities } = await jobOf(await register({ ...server, tags: ['env.prod'] }));
    const id = entities.image_id;
    expect((await ask('GET', `/v2/images/${id}`)).json()).toMatchObject({
      status: 'active',
      tags: ['env=prod'],
    });
    expect((await ask('GET', `/v2/${alpha}/images/${id}/tags`)).json()).toEqual({
      tags: [{ key: 'env', value: 'prod' }],
    });
    expect((await ask('GET', `/v2/images/${id}/file`)).status).toBeLessThan(500);
    expect((await ask('DELETE', `/v2/images/${id}`)).status).toBe(204);
    expect((await ask('GET', `/v2/cloudimages?id=${id}`)).json()).toEqual({ images: [] });
  });
});

describe('data images from volumes', () => {
  const disk = (name: string, more: object = {}): object => ({ name, volume_id: randomUUID(), ...more });

  test('are made all at once, each with tags of its own', async () => {
    const data_images = [
      disk('one', { tags: ['a.1'], description: 'd' }),
      disk('two', { image_tags: [{ key: 'b', value: '2' }] }),
      disk('three'),
    ];
    const job = await jobOf(await register({ data_images, image_tags: [{ key: 'rest', value: '' }] }));
    expect(job.job_type).toBe('imsVolumesToSysDataImagesJob');
    const made = job.entities.sub_jobs_result ?? [];
    expect(job.entities.sub_jobs_list).toEqual(made.map(({ job_id }) => job_id));
    expect(made.map(({ status, entities }) => [status, entities.image_name])).toEqual([
      ['SUCCESS', 'one'],
      ['SUCCESS', 'two'],
      ['SUCCESS', 'three'],
    ]);
    const tags = await Promise.all(
      made.map(async ({ entities }) => (await imageOf(entities.image_id))['tags']),
    );
    expect(tags).toEqual([['a=1'], ['b=2'], ['rest']]);
  });

  test('a single one stands at the top as well', async () => {
    const job = await jobOf(await register({ data_images: [disk('single')] }));
    expect(job.entities.image_id).toBe(job.entities.sub_jobs_result?.[0]?.entities.image_id);
  });

  test.each([
    ['none', []],
    ['four', ['a', 'b', 'c', 'd'].map((name) => disk(name))],
    ['one without a name', [disk('ok'), { volume_id: 'x' }]],
    ['one without a volume', [disk('ok'), { name: 'x' }]],
    ['a number as name', [disk('ok'), { name: 1, volume_id: 'x' }]],
    [
      'both spellings of tags',
      [disk('ok'), disk('x', { tags: ['a.b'], image_tags: [{ key: 'a', value: '' }] })],
    ],
    ['a bad tag', [disk('ok'), disk('x', { tags: ['.b'] })]],
    ['a string', ['x']],
  ])('%s is refused and none is made', async (_, data_images) => {
    const before = await count();
    expect((await register({ data_images })).status).toBe(400);
    expect(await count()).toBe(before);
  });
});

test('ten tags are taken, empty lists count as none', async () => {
  const tags = Array.from({ length: 10 }, (_, n) => `k${String(n)}`);
  await jobOf(await register({ ...server, tags, image_tags: [] }));
  await jobOf(await register({ ...server, tags: null, image_tags: null }));
});

describe('a job', () => {
  test('that is not there is 404, as is another project’s', async () => {
    expectIms(await ask('GET', `/v1/${alpha}/jobs/${randomUUID().replaceAll('-', '')}`), 404, 'IMG.0121');
    const { job_id } = await jobOf(await register(server));
    expectIms(await ask('GET', `/v1/${alpha}/jobs/${job_id}`, undefined, 'bob'), 403, 'IMG.0030');
    expectIms(await ask('GET', `/v1/other/jobs/${job_id}`, undefined, 'admin'), 404, 'IMG.0121');
  });

  test('is shown to readers, and to admins who name the project', async () => {
    const { job_id } = await jobOf(await register(server));
    for (const token of ['reader-user', 'admin']) {
      expect((await ask('GET', `/v1/${alpha}/jobs/${job_id}`, undefined, token)).status).toBe(200);
    }
    expectIms(await ask('GET', `/v1/${alpha}/jobs/${job_id}`, undefined, 'nobody'), 403, 'IMG.0026');
  });
});
