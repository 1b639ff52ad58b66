import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = aCaller(alpha);

const ask = (method: string, path: string, body?: unknown, token = 'alice'): Promise<Answer> =>
  send(given().port, method, path, { token, ...(body === undefined ? {} : { body }) });
const register = (body: unknown, token?: string): Promise<Answer> =>
  ask('POST', '/v2/cloudimages/action', body, token);
const quickly = (body: unknown): Promise<Answer> => ask('POST', '/v2/cloudimages/quickimport/action', body);

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

const server = { name: 'ims_test', instance_id: randomUUID() };
const file = {
  name: 'ims_test_file',
  image_url: 'ims-image:centos70.qcow2',
  min_disk: 40,
  os_version: 'CentOS 7.0 64bit',
};
const volume = { name: 'ims_test_volume', volume_id: randomUUID(), os_version: 'Windows Server 2019 64bit' };

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
    const before = await given().gateway.images.count(alice, own);
    expect((await register({ data_images })).status).toBe(400);
    expect(await given().gateway.images.count(alice, own)).toBe(before);
  });
});

const own = {
  source: { own: true, public: false, community: false, shared: 'none', everyProject: false },
  where: [],
} as const;

test.each([
  ['no name', { ...server, name: undefined }, 'IMG.0013'],
  ['an empty name', { ...server, name: '' }, 'IMG.0013'],
  ['a name of 129', { ...server, name: 'n'.repeat(129) }, 'IMG.0002'],
  ['a slash in the name', { ...server, name: 'a/b' }, 'IMG.0003'],
  ['a space in front of the name', { ...server, name: ' a' }, 'IMG.0003'],
  ['NUL in the name', { ...server, name: 'a\u0000' }, 'IMG.0003'],
  ['a number as name', { ...server, name: 1 }, 'IMG.0001'],
  ['a description of 1025', { ...server, description: 'd'.repeat(1025) }, 'IMG.0004'],
  ['"<" in the description', { ...server, description: 'a<b' }, 'IMG.0054'],
  ['half a surrogate pair in the description', { ...server, description: '\ud83d' }, 'IMG.0054'],
  ['NUL in the origin', { ...server, instance_id: 'a\u0000' }, 'IMG.0001'],
  ['no source', { name: 'a' }, 'IMG.0001'],
  ['two sources', { ...server, ...volume }, 'IMG.0001'],
  ['a file that is none', { ...file, image_url: 'centos70.qcow2' }, 'IMG.0001'],
  ['a file without a size', { ...file, min_disk: undefined }, 'IMG.0055'],
  ['a file of no size', { ...file, min_disk: 0 }, 'IMG.0055'],
  ['a file of 1025 GB', { ...file, min_disk: 1025 }, 'IMG.0055'],
  ['a size that is none', { ...file, min_disk: 'x' }, 'IMG.0055'],
  ['a size beyond every machine', { ...server, min_ram: 2 ** 31 }, 'IMG.0055'],
  ['a negative memory', { ...server, min_ram: -1 }, 'IMG.0055'],
  ['a volume without a system', { ...volume, os_version: undefined }, 'IMG.0001'],
  ['a type that is none', { ...file, type: 'constructor' }, 'IMG.0024'],
  ['firmware that is none', { ...file, hw_firmware_type: 'coreboot' }, 'IMG.0141'],
  ['"true" for true', { ...file, is_config: 'true' }, 'IMG.0001'],
  ['files and data disks at once', { ...file, data_images: [{ name: 'a', volume_id: 'b' }] }, 'IMG.0105'],
  ['both spellings of tags', { ...server, tags: ['a.b'], image_tags: [{ key: 'c', value: '' }] }, 'IMG.0001'],
  ['tags that are no list', { ...server, tags: 'a.b' }, 'IMG.0001'],
  ['objects among texts', { ...server, tags: [{ key: 'a', value: '' }] }, 'IMG.0001'],
  ['texts among objects', { ...server, image_tags: ['a.b'] }, 'IMG.0001'],
  ['"=" in a tag', { ...server, tags: ['a=b'] }, 'IMG.0115'],
  ['a tag without a key', { ...server, tags: ['.b'] }, 'IMG.0115'],
  ['an object without a value', { ...server, image_tags: [{ key: 'a' }] }, 'IMG.0115'],
  ['a key twice', { ...server, tags: ['a.1', 'a.2'] }, 'IMG.0001'],
  ['eleven tags', { ...server, tags: Array.from({ length: 11 }, (_, n) => `k${String(n)}`) }, 'IMG.0116'],
  ['101 tags', { ...server, tags: Array.from({ length: 101 }, (_, n) => `k${String(n)}`) }, 'IMG.0001'],
  ['a list', [], 'IMG.0001'],
  ['a string', 'register', 'IMG.0001'],
])('%s is refused and nothing is made', async (_, body, code) => {
  const before = await given().gateway.images.count(alice, own);
  expectIms(await register(body), 400, code);
  expect(await given().gateway.images.count(alice, own)).toBe(before);
});

test('ten tags are taken, empty lists count as none', async () => {
  const tags = Array.from({ length: 10 }, (_, n) => `k${String(n)}`);
  await jobOf(await register({ ...server, tags, image_tags: [] }));
  await jobOf(await register({ ...server, tags: null, image_tags: null }));
});

test.each([
  ['a server', server],
  ['a volume', volume],
  ['a system disk without its system', { ...file, os_version: undefined }],
])('%s is not imported quickly', async (_, body) => {
  expectIms(await quickly(body), 400, 'IMG.0001');
});

test('a reader registers nothing', async () => {
  expectIms(await register(server, 'reader-user'), 403, 'IMG.0026');
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
