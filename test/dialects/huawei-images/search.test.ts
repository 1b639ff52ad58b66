import { aCaller, testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const project = 'searched';
const owner = aCaller(project);
/** Image ids by name, made in this order. */
const ids = new Map<string, string>();

const stock: [name: string, tags: string[]][] = [
  ['bare', []],
  ['prod-a', ['env=prod', 'team=a']],
  ['prod-b', ['env=prod', 'team=b']],
  ['test-a', ['env=test', 'team=a']],
  ['keys', ['env', 'alone']],
  ['both', ['env=prod', 'env=test']],
  ['Émile', ['🏷=🚀', 'a=b=c']],
];

beforeAll(async () => {
  for (const [name, tags] of stock) {
    ids.set(name, (await given().gateway.images.create(owner, { name, tags }, 128)).imageId);
  }
  // Neither is the project's own.
  await given().gateway.images.create(
    aCaller('other', { accessLevel: 'admin' }),
    {
      name: 'prod-public',
      visibility: 'public',
      tags: ['env=prod'],
    },
    128,
  );
  await given().gateway.images.create(aCaller('other'), { name: 'prod-private', tags: ['env=prod'] }, 128);
});

const path = `/v2/${project}/images/resource_instances/action`;
const ask = (body: unknown): Promise<Answer> => send(given().port, 'POST', path, { token: 'admin', body });

interface Page {
  readonly total_count: number;
  readonly resources: readonly {
    readonly resource_id: string;
    readonly resource_name: string;
    readonly resource_detail: object;
    readonly tags: readonly object[];
  }[];
}

/** Names of what is found, the newest first. */
async function found(query: object): Promise<string[]> {
  const answer = await ask({ action: 'filter', ...query });
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('total_count')]);
  const { total_count, resources } = answer.json<Page>();
  expect(total_count).toBe(resources.length);
  expect((await ask({ action: 'count', ...query })).json()).toEqual({ total_count });
  return resources.map(({ resource_name }) => resource_name);
}

const everything = stock.map(([name]) => name).reverse();
const without = (...names: string[]): string[] => everything.filter((name) => !names.includes(name));
const only = (...names: string[]): string[] => everything.filter((name) => names.includes(name));

const envProd = { key: 'env', values: ['prod'] };
const anyEnv = { key: 'env', values: [] };
const teamA = { key: 'team', values: ['a'] };

test.each([
  ['no condition', {}, everything],
  ['a key and a value', { tags: [envProd] }, only('prod-a', 'prod-b', 'both')],
  [
    'one of two values',
    { tags: [{ key: 'env', values: ['prod', 'test'] }] },
    without('bare', 'keys', 'Émile'),
  ],
  ['any value', { tags: [anyEnv] }, without('bare', 'Émile')],
  ['any value, said with null', { tags: [{ key: 'env', values: null }] }, without('bare', 'Émile')],
  ['any value, said with nothing', { tags: [{ key: 'env' }] }, without('bare', 'Émile')],
  ['a key without a value', { tags: [{ key: 'env', values: [''] }] }, only('keys')],
  ['two keys', { tags: [envProd, teamA] }, only('prod-a')],
  ['either of two keys', { tags_any: [envProd, teamA] }, only('prod-a', 'prod-b', 'test-a', 'both')],
  ['not both of two keys', { not_tags: [envProd, teamA] }, without('prod-a')],
  ['neither of two keys', { not_tags_any: [envProd, teamA] }, only('bare', 'keys', 'Émile')],
  [
    'all four',
    {
      tags: [anyEnv],
      tags_any: [teamA, { key: 'alone' }],
      not_tags: [envProd],
      not_tags_any: [{ key: 'alone' }],
    },
    only('test-a'),
  ],
  ['no tag at all', { without_any_tag: true }, only('bare')],
  ['no tag at all, whatever the lists say', { without_any_tag: true, tags: [envProd] }, only('bare')],
  ['"no tag" taken back', { without_any_tag: false, tags: [envProd] }, only('prod-a', 'prod-b', 'both')],
  [
    'null for what is not asked',
    { tags: null, matches: null, without_any_tag: null, limit: null },
    everything,
  ],
  [
    'every character',
    {
      tags: [
        { key: '🏷', values: ['🚀'] },
        { key: 'a', values: ['b=c'] },
      ],
    },
    only('Émile'),
  ],
  ['case', { tags: [{ key: 'Env', values: [] }] }, []],
  ['spaces as they are', { tags: [{ key: ' env', values: [] }] }, []],
  ['a part of the name', { matches: [{ key: 'resource_name', value: 'prod' }] }, only('prod-a', 'prod-b')],
  [
    'a part of the name, letter case aside',
    { matches: [{ key: 'resource_name', value: 'PROD-' }] },
    only('prod-a', 'prod-b'),
  ],
  ['letter case beyond ASCII aside', { matches: [{ key: 'resource_name', value: 'ém' }] }, only('Émile')],
  ['signs of patterns as they are', { matches: [{ key: 'resource_name', value: '%' }] }, []],
  ['an empty name', { matches: [{ key: 'resource_name', value: '' }] }, []],
  ['name and tags', { matches: [{ key: 'resource_name', value: 'prod' }], tags: [teamA] }, only('prod-a')],
  ['an id that is no UUID', { matches: [{ key: 'resource_id', value: 'x' }] }, []],
])('it finds by %s', async (_, query, names) => {
  expect(await found(query)).toEqual(names);
});

test('it finds by id, and by id and name together', async () => {
  const id = { key: 'resource_id', value: ids.get('both') };
  expect(await found({ matches: [id] })).toEqual(['both']);
  expect(await found({ matches: [id, { key: 'resource_name', value: 'prod' }] })).toEqual([]);
});

test('a resource shows id, name, status and pairs', async () => {
  const answer = await ask({ action: 'filter', matches: [{ key: 'resource_name', value: 'both' }] });
  expect(answer.json()).toEqual({
    total_count: 1,
    resources: [
      {
        resource_id: ids.get('both'),
        resource_name: 'both',
        resource_detail: { status: 'queued' },
        tags: [
          { key: 'env', value: 'prod' },
          { key: 'env', value: 'test' },
        ],
      },
    ],
  });
});

describe('pages', () => {
  const pageOf = async (page: object): Promise<[number, string[]]> => {
    const { total_count, resources } = (await ask({ action: 'filter', ...page })).json<Page>();
    return [total_count, resources.map(({ resource_name }) => resource_name)];
  };

  test.each([
    [{ limit: '2', offset: '0' }, everything.slice(0, 2)],
    [{ limit: 2, offset: 2 }, everything.slice(2, 4)],
    [{ limit: '3', offset: 6 }, everything.slice(6)],
    [{ limit: '1' }, everything.slice(0, 1)],
    [{ offset: '5' }, everything.slice(5)],
    [{ limit: '1000', offset: '7' }, []],
    [{ limit: '1', offset: '9007199254740991' }, []],
    [{ limit: 1000, offset: 0 }, everything],
  ])('%j is a part of the whole, which is counted in full', async (page, names) => {
    expect(await pageOf(page)).toEqual([7, names]);
  });

  test('ten are shown unless said otherwise', async () => {
    const many = aCaller('many');
    for (let n = 0; n < 12; n++) await given().gateway.images.create(many, { name: `n${String(n)}` }, 128);
    const answer = await send(given().port, 'POST', '/v2/many/images/resource_instances/action', {
      token: 'admin',
      body: { action: 'filter' },
    });
    expect(answer.json<Page>().total_count).toBe(12);
    expect(answer.json<Page>().resources).toHaveLength(10);
  });

  test.each([
    { limit: '0' },
    { limit: 0 },
    { limit: '1001' },
    { limit: '-1' },
    { limit: '1.5' },
    { limit: 1.5 },
    { limit: 'x' },
    { limit: '' },
    { limit: ' 1' },
    { limit: '1e2' },
    { limit: [1] },
    { limit: true },
    { offset: '-1' },
    { offset: -1 },
    { offset: 'x' },
    { offset: 1e300 },
    { offset: '99999999999999999999' },
  ])('%j is refused', async (page) => {
    expectIms(await ask({ action: 'filter', ...page }), 400, 'IMG.0001');
  });

  test('a count has no pages and reads neither limit nor offset', async () => {
    expect((await ask({ action: 'count', limit: 'x', offset: -1 })).json()).toEqual({ total_count: 7 });
  });
});

test('sys_tags and other unknown members are ignored', async () => {
  const sys_tags = [{ key: '_sys_enterprise_project_id', values: ['0'] }];
  expect((await ask({ action: 'count', sys_tags, more: 1 })).json()).toEqual({ total_count: 7 });
});
