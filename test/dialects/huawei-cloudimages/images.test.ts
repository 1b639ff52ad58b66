import { randomUUID } from 'node:crypto';
import { instantOf } from '../../../src/core/clock';
import type { ImageRequest } from '../../../src/core/image-service';
import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = aCaller(alpha);
const bob = aCaller(beta, { standing: 'admin' });

async function anImage(request: ImageRequest = {}, owner = alice): Promise<string> {
  return (await given().gateway.images.create(owner, request)).imageId;
}

function ask(query: string, token = 'alice'): Promise<Answer> {
  return send(given().port, 'GET', `/v2/cloudimages${query}`, { token });
}

async function ids(query: string, token = 'alice'): Promise<string[]> {
  const answer = await ask(query, token);
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"images":\[/)]);
  return answer.json<{ images: { id: string }[] }>().images.map(({ id }) => id);
}

test('an image is shown whole: its own members, its properties, its tags as texts', async () => {
  const id = await anImage({
    name: 'shown',
    visibility: 'private',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    minDisk: 40,
    minRam: 1024,
    properties: new Map([
      ['__os_type', 'Linux'],
      ['virtual_env_type', 'FusionCompute'],
      ['owner', 'a property cannot stand for the owner'],
    ]),
    tags: ['env=prod', 'alone', 'a='],
  });
  const answer = await ask(`?id=${id}`);
  const { images } = answer.json<{ images: Record<string, unknown>[] }>();
  expect(images).toEqual([
    {
      id,
      name: 'shown',
      owner: alpha,
      status: 'queued',
      visibility: 'private',
      protected: false,
      tags: ['a', 'alone', 'env=prod'],
      container_format: 'bare',
      disk_format: 'qcow2',
      min_disk: 40,
      min_ram: 1024,
      size: null,
      virtual_size: null,
      checksum: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      self: `/v2/images/${id}`,
      file: `/v2/images/${id}/file`,
      schema: '/v2/schemas/image',
      __imagetype: 'private',
      __isregistered: 'true',
      __os_type: 'Linux',
      virtual_env_type: 'FusionCompute',
    },
  ]);
});

describe('filters', () => {
  const name = randomUUID();
  const one: ImageRequest = {
    name,
    visibility: 'private',
    diskFormat: 'raw',
    containerFormat: 'bare',
    minDisk: 10,
    minRam: 512,
    protected: true,
    tags: ['env=prod', 'x'],
    properties: new Map([
      ['__os_bit', '64'],
      ['__platform', 'Ubuntu'],
      ['__os_type', 'Linux'],
      ['__isregistered', 'false'],
      ['__system__cmkid', 'key'],
      ['__whole_image', 'true'],
      ['__support_arm', 'true'],
      ['__support_kvm', 'true'],
      ['__support_kvm_gpu_type', 'V100_vGPU'],
      ['virtual_env_type', 'Ironic'],
      ['enterprise_project_id', '7f2c6d5e-0000-4000-8000-000000000001'],
    ]),
  };
  const other: ImageRequest = { name, visibility: 'shared', diskFormat: 'iso', minDisk: 20, tags: ['x'] };
  const made = { one: '', other: '' };
  beforeAll(async () => {
    made.one = await anImage(one);
    made.other = await anImage(other);
  });

  test.each([
    ['owner', alpha, 'nobody', 'both'],
    ['status', 'queued', 'active', 'both'],
    ['container_format', 'bare', 'ovf', 'one'],
    ['disk_format', 'raw', 'vhd', 'one'],
    ['min_ram', '512', '513', 'one'],
    ['min_disk', '10', '11', 'one'],
    ['visibility', 'private', 'public', 'one'],
    ['visibility', 'shared', 'community', 'other'],
    ['protected', 'true', '', 'one'],
    ['protected', 'True', '', 'one'],
    ['protected', 'false', '', 'other'],
    ['tag', 'env=prod', 'env', 'one'],
    ['tag', 'x', 'X', 'both'],
    ['__imagetype', 'private', 'shared', 'both'],
    ['__imagetype', 'private', 'gold', 'both'],
    ['__imagetype', 'private', 'market', 'both'],
    ['__os_bit', '64', '32', 'one'],
    ['__platform', 'Ubuntu', 'CentOS', 'one'],
    ['__os_type', 'Linux', 'Windows', 'one'],
    ['__isregistered', 'true', '', 'other'],
    ['__isregistered', 'false', '', 'one'],
    ['__system__cmkid', 'key', 'other', 'one'],
    ['__whole_image', 'true', '', 'one'],
    ['__whole_image', 'false', '', 'other'],
    ['architecture', 'arm', '', 'one'],
    ['architecture', 'x86', '', 'other'],
    ['virtual_env_type', 'Ironic', 'DataImage', 'one'],
    ['__support_kvm', 'true', 'false', 'one'],
    ['__support_kvm_gpu_type', 'V100_vGPU', 'T4', 'one'],
    ['enterprise_project_id', '0', '', 'other'],
    ['enterprise_project_id', 'all_granted_eps', 'nothing', 'both'],
    ['enterprise_project_id', '7f2c6d5e-0000-4000-8000-000000000001', '', 'one'],
    ['created_at', 'gt:2000-01-01T00:00:00Z', 'lt:2000-01-01T00:00:00Z', 'both'],
    ['updated_at', 'neq:2000-01-01 00:00:00', 'eq:2000-01-01 00:00:00', 'both'],
    ['flavor_id', 'whatever', '', 'both'],
    ['__protected', 'true', '', 'both'],
    ['no_such_filter', 'x', '', 'both'],
    ['page', '7', '', 'both'],
  ])('%s=%s', async (filter, hit, miss, expected) => {
    const all = expected === 'both' ? [made.other, made.one] : [made[expected as keyof typeof made]];
    const query = (value: string): string => `?name=${name}&${filter}=${encodeURIComponent(value)}`;
    expect(await ids(query(hit))).toEqual(all);
    if (miss !== '') expect(await ids(query(miss))).toEqual([]);
  });

  test.each([
    '__support_xen',
    '__support_largememory',
    '__support_diskintensive',
    '__support_highperformance',
    '__support_xen_gpu_type',
    '__support_xen_hana',
    '__support_kvm_infiniband',
  ])('%s is looked for among the properties', async (filter) => {
    expect(await ids(`?name=${name}&${filter}=true`)).toEqual([]);
    const id = await anImage({ name: filter, properties: new Map([[filter, 'true']]) });
    expect(await ids(`?${filter}=true`)).toEqual([id]);
  });

  test('all that are given must hold', async () => {
    expect(await ids(`?name=${name}&disk_format=raw&tag=x&__os_type=Linux`)).toEqual([made.one]);
    expect(await ids(`?name=${name}&disk_format=iso&tag=env%3Dprod`)).toEqual([]);
  });

  test('an empty one counts as absent, save for a tag', async () => {
    expect(await ids(`?name=${name}&status=&limit=&protected=&sort_key=&min_ram=`)).toHaveLength(2);
    expect(await ids(`?name=${name}&tag=`)).toEqual([]);
  });

  test('the whole second is what a time is compared with', async () => {
    const begun = Date.UTC(2020, 1, 29, 12, 0, 30) * 1000 + 123_456;
    const id = await anImage({ name: 'timed' });
    await given().database.query({ text: 'update images set created_at = $2 where id = $1' }, [
      id,
      instantOf(begun),
    ]);
    const second = '2020-02-29T12:00:30Z';
    for (const [op, found] of [
      ['eq', 1],
      ['gte', 1],
      ['lte', 1],
      ['gt', 0],
      ['lt', 0],
      ['neq', 0],
    ] as const) {
      expect([op, await ids(`?id=${id}&created_at=${op}:${second}`)]).toEqual([op, found ? [id] : []]);
    }
    expect(await ids(`?id=${id}&created_at=eq:2020-02-29+12:00:30`)).toEqual([id]);
  });

  test.each([
    'limit=x',
    'limit=-1',
    'limit=1.5',
    'min_ram=x',
    'min_disk=-1',
    'min_ram=2147483648',
    'min_ram=99999999999',
    'protected=yes',
    '__whole_image=1',
    'sort_key=tags',
    'sort_key=constructor',
    'sort_dir=up',
    'visibility=secret',
    'member_status=maybe',
    'created_at=2020-01-01T00:00:00Z',
    'created_at=before:2020-01-01T00:00:00Z',
    'created_at=lt:2020-02-30T00:00:00Z',
    'created_at=lt:0000-01-01T00:00:00Z',
    'created_at=lt:2020-01-01T25:00:00Z',
    'updated_at=lt:yesterday',
    'name=a&name=b',
  ])('%s is refused', async (query) => {
    expectIms(await ask(`?${query}`), 400, 'IMG.0001');
  });

  test('an image type that is none has a code of its own', async () => {
    expectIms(await ask('?__imagetype=silver'), 400, 'IMG.0024');
  });

  test.each(['%FF', 'a%00'])('a query that is no text (%s) is refused', async (value) => {
    expectIms(await ask(`?name=${value}`), 400, 'IMG.0017');
  });
});

describe('whose images are listed', () => {
  const name = randomUUID();
  const made = new Map<string, string>();
  beforeAll(async () => {
    made.set('own', await anImage({ name, visibility: 'private' }));
    made.set(
      'own public',
      await anImage({ name, visibility: 'public' }, aCaller(alpha, { standing: 'admin' })),
    );
    for (const visibility of ['private', 'public', 'community'] as const) {
      made.set(`theirs ${visibility}`, await anImage({ name, visibility }, bob));
    }
    for (const status of ['accepted', 'pending', 'rejected'] as const) {
      const id = await anImage({ name, visibility: 'shared' }, bob);
      made.set(status, id);
      await given().database.query(
        {
          text: `insert into image_members (project_id, image_id, member_id, status, created_at, updated_at)
          values ($1, $2, $3, $4, now(), now())`,
        },
        [beta, id, alpha, status],
      );
    }
  });
  const names = async (query: string): Promise<string[]> => {
    const found = await ids(`?name=${name}${query}`);
    return [...made].filter(([, id]) => found.includes(id)).map(([label]) => label);
  };

  test.each([
    ['', ['own', 'own public', 'theirs public', 'accepted']],
    ['&visibility=public', ['own public', 'theirs public']],
    ['&visibility=private', ['own']],
    ['&visibility=shared', ['accepted']],
    ['&visibility=community', ['theirs community']],
    ['&visibility=shared&member_status=pending', ['pending']],
    ['&visibility=shared&member_status=rejected', ['rejected']],
    ['&__imagetype=gold', ['own public', 'theirs public']],
    ['&__imagetype=private', ['own']],
    ['&__imagetype=shared', ['accepted']],
    ['&__imagetype=shared&member_status=pending', ['pending']],
    ['&__imagetype=market', []],
    ['&__imagetype=gold&visibility=private', []],
    [`&owner=${beta}`, ['theirs public', 'accepted']],
  ])('%j', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('the type of an image follows from who asks', async () => {
    const types = new Map<string, string>();
    const answer = await ask(`?name=${name}`);
    for (const { id, __imagetype } of answer.json<{ images: { id: string; __imagetype: string }[] }>()
      .images) {
      types.set(id, __imagetype);
    }
    const typeOf = (label: string): string | undefined => types.get(made.get(label) ?? '');
    expect(['own', 'own public', 'theirs public', 'accepted'].map(typeOf)).toEqual([
      'private',
      'gold',
      'gold',
      'shared',
    ]);
  });

  test('what is hidden is left out unless it is asked for by its id', async () => {
    const id = await anImage({ name: 'hidden one', hidden: true });
    expect(await ids('?name=hidden%20one')).toEqual([]);
    expect(await ids(`?id=${id}`)).toEqual([id]);
  });

  test('a token without a project lists nothing', async () => {
    for (const token of ['unscoped', 'domain', 'system', 'nobody']) {
      expectIms(await ask('', token), 403, 'IMG.0026');
      expectIms(await send(given().port, 'GET', '/v1/cloudimages/tags', { token }), 403, 'IMG.0026');
    }
  });
});

describe('pages', () => {
  const name = randomUUID();
  const made: string[] = [];
  beforeAll(async () => {
    for (let n = 0; n < 5; n++) made.unshift(await anImage({ name, minDisk: n % 2, tags: ['paged'] }));
  });

  test.each([1, 2, 5, 100])(
    'of %i by marker give every image once and end with an empty one',
    async (limit) => {
      const found: string[] = [];
      for (;;) {
        const marker = found.length > 0 ? `&marker=${String(found.at(-1))}` : '';
        const page = await ids(`?name=${name}&tag=paged&limit=${String(limit)}${marker}`);
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(limit);
        found.push(...page);
      }
      expect(found).toEqual(made);
    },
  );

  test('without a limit a marker is followed all the same', async () => {
    expect(await ids(`?name=${name}&marker=${String(made[1])}`)).toEqual(made.slice(2));
    expect(await ids(`?name=${name}&marker=${String(made[4])}`)).toEqual([]);
  });

  test('no images at all may be asked for', async () => {
    expect(await ids(`?name=${name}&limit=0`)).toEqual([]);
  });

  test.each(['name', 'container_format', 'disk_format', 'status', 'size', 'created_at', 'id'])(
    'sorted by %s, in both directions, with a marker',
    async (key) => {
      for (const dir of ['asc', 'desc']) {
        const whole = await ids(`?name=${name}&sort_key=${key}&sort_dir=${dir}`);
        expect(new Set(whole)).toEqual(new Set(made));
        const rest = await ids(`?name=${name}&sort_key=${key}&sort_dir=${dir}&marker=${String(whole[1])}`);
        expect(rest).toEqual(whole.slice(2));
      }
    },
  );

  test('by age is the default, the newest first', async () => {
    expect(await ids(`?name=${name}`)).toEqual(made);
    expect(await ids(`?name=${name}&sort_dir=asc`)).toEqual([...made].reverse());
  });

  test('a marker that is not there, not visible, or no id is refused', async () => {
    const foreign = await anImage({ visibility: 'private' }, bob);
    for (const marker of [randomUUID(), foreign, 'x']) {
      expectIms(await ask(`?marker=${marker}`), 400, 'IMG.0086');
    }
  });

  test('five hundred are shown unless said otherwise, a thousand at most', async () => {
    const many = aCaller('project-of-many');
    await given().database.query(
      {
        text: `insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden,
          properties, created_at, updated_at, tag_revision)
        select $1, md5(n::text)::uuid::text, 'private', 'active', 0, 0, false, false, '[]', now(), now(), 0
        from generate_series(1, 1001) n`,
      },
      [many.projectId],
    );
    const count = async (query: string): Promise<number> => {
      const source = {
        own: true,
        public: false,
        community: false,
        shared: 'none',
        everyProject: false,
      } as const;
      expect(await given().gateway.images.count(many, { source, where: [] })).toBe(1001);
      return (await ids(`?owner=${String(many.projectId)}${query}`, 'alice')).length;
    };
    // The test authenticator knows no such project: it is the public view that is counted.
    await given().database.query({ text: `update images set visibility = 'public' where project_id = $1` }, [
      many.projectId,
    ]);
    expect(await count('')).toBe(500);
    expect(await count('&limit=100000')).toBe(1000);
  });
});
