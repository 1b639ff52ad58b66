import { ownImages } from '../../../src/core/ports';
import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { alpha, beta, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { imageList } from './image-list';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const bob = aCaller(beta, { accessLevel: 'admin' });
const { anImage, ask, ids } = imageList(given);

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

describe('whose images are listed', () => {
  const name = randomUUID();
  const made = new Map<string, string>();
  beforeAll(async () => {
    made.set('own', await anImage({ name, visibility: 'private' }));
    made.set(
      'own public',
      await anImage({ name, visibility: 'public' }, aCaller(alpha, { accessLevel: 'admin' })),
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
      expect(await given().gateway.images.count(many, { source: ownImages, where: [] })).toBe(1001);
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
