import { tagFromName, tagFromPair } from '../../src/core/tag';
import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../support/dialects';
import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const wide = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_HUAWEI_PROFILE: 'wide' },
});

const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });
const aliceOfWide = (): Speaker => ({ port: wide().port, token: 'alice', project: alpha });

const awkward = [
  'plain',
  'a=b',
  'a=b=c',
  '=x',
  'a=',
  'a.b',
  'v1.2',
  'with space',
  ' spaces around ',
  'a/b',
  '/',
  '%',
  '%zz',
  '%41',
  '+',
  'a+b',
  '#',
  'a#b',
  '?',
  'a?b=c',
  ';',
  'a;b=c',
  '"quoted"',
  "'single'",
  '&amp;',
  '<b>',
  '\\',
  'tab\there',
  'line\nfeed',
  'end\n',
  'é',
  'e\u0301',
  '日本語',
  '🏷️=🚀',
  '..',
  'K=v',
  'k=V',
  '日'.repeat(255),
  '🏷'.repeat(255),
];

/** The same stories once more with every request signed: of a user of another gateway's embedded identity. */
const signed = testGateway();
let signer: Speaker;
beforeAll(async () => {
  const { directory, accessKeys } = signed().gateway.identity;
  const project = await directory.createProject({ name: 'signed' });
  const user = await directory.createUser({ name: 'signer', password: 'p' });
  await directory.setRoles(project.id, user.id, ['member']);
  const { access, secret } = await accessKeys.create(user.id, project.id);
  signer = { port: signed().port, project: project.id, pair: { access, secret } };
});

/** A signer that decodes paths signs these as another signs the tag that the escape stands for: refused. */
const isEscapedTwice = (name: string): boolean => /%[0-9a-f]{2}/i.test(name);

test.each(awkward.filter(isEscapedTwice))('%j in a signed path is refused', async (name) => {
  const id = await openstack(signer).create({ name: 'awkward' });
  expect((await openstack(signer).put(id, name)).status).toBe(401);
});

describe.each([
  ['a token', alice, awkward],
  ['signatures', (): Speaker => signer, awkward.filter((name) => !isEscapedTwice(name))],
] as const)('a tag written by OpenStack with %s', (_, speaker, names) => {
  test.each(names)(
    '%j reads the same in every dialect, is found by each, and is removed by OpenStack',
    async (name) => {
      const { key, value } = tagFromName(name);
      const id = await openstack(speaker()).create({ name: 'awkward' });
      expect((await openstack(speaker()).put(id, name)).status).toBe(204);

      expect(await openstack(speaker()).tags(id)).toEqual([name]);
      expect(await huaweiImages(speaker()).pairs(id)).toEqual([{ key, value }]);
      expect(await huaweiCloudimages(speaker()).texts()).toContain(tagFromPair({ key, value }).name);

      expect(await openstack(speaker()).find(name)).toEqual([id]);
      expect(await huaweiCloudimages(speaker()).find(name)).toEqual([id]);

      expect((await openstack(speaker()).remove(id, name)).status).toBe(204);
      expect((await openstack(speaker()).remove(id, name)).status).toBe(404);
      expect(await huaweiImages(speaker()).pairs(id)).toEqual([]);
    },
  );

  test.each(names)('%j is removed by its key in Huawei v2, once', async (name) => {
    const id = await openstack(speaker()).create({ tags: [name] });
    const { key } = tagFromName(name);
    expect((await huaweiImages(speaker()).remove(id, key)).status).toBe(204);
    expect((await huaweiImages(speaker()).remove(id, key)).status).toBe(404);
    expect(await openstack(speaker()).tags(id)).toEqual([]);
  });

  const deletable = names.filter((name) => [...tagFromName(name).key].length <= 127);
  test.each(deletable)('%j is filtered by Huawei v2 and removed by either batch delete', async (name) => {
    const { key, value } = tagFromName(name);
    const one = await openstack(speaker()).create({ tags: [name] });
    const two = await openstack(speaker()).create({ tags: [name] });
    const found = await huaweiImages(speaker()).find({ tags: [{ key, values: [value] }] });
    expect(new Set(found)).toEqual(new Set([one, two]));

    expect((await huaweiImages(speaker()).batch(one, 'delete', [{ key, value }])).status).toBe(204);
    expect((await huaweiCloudimages(speaker()).batchDelete(two, [{ key, value }])).status).toBe(204);
    expect(await openstack(speaker()).tags(one)).toEqual([]);
    expect(await openstack(speaker()).tags(two)).toEqual([]);
  });
});

const pairs = [
  { key: 'env', value: 'prod' },
  { key: 'env', value: '' },
  { key: 'a.b', value: 'c' },
  { key: 'with space', value: 'x y' },
  { key: '键', value: '值' },
  { key: 'a+b', value: 'v1.2:3@x-y' },
  { key: 'k'.repeat(36), value: 'v'.repeat(43) },
];

const widePairs = [
  { key: '键'.repeat(128), value: '' },
  { key: 'k', value: 'v'.repeat(253) },
  { key: 'a', value: 'x/y' },
];

describe.each([
  ['documented', alice, pairs],
  ['wide', aliceOfWide, [...pairs, ...widePairs]],
  ['documented', (): Speaker => signer, pairs],
] as const)('a pair written by Huawei under the %s profile', (_, who, written) => {
  const writers: [
    string,
    (id: string, pair: { key: string; value: string }) => Promise<{ status: number }>,
  ][] = [
    ['T1', (id, pair) => huaweiImages(who()).add(id, pair)],
    ['T4', (id, pair) => huaweiImages(who()).batch(id, 'create', [pair])],
    ['T8', (id, pair) => huaweiCloudimages(who()).setPair(id, pair)],
  ];

  test.each(writers.flatMap(([call, write]) => written.map((pair) => [call, pair, write] as const)))(
    '%s %j is one text in OpenStack, which removes it',
    async (_call, pair, write) => {
      const { name } = tagFromPair(pair);
      const id = await openstack(who()).create({ name: 'pairs' });
      expect((await write(id, pair)).status).toBe(204);
      expect(await openstack(who()).tags(id)).toEqual([name]);
      expect(await openstack(who()).find(name)).toContain(id);
      expect(await huaweiImages(who()).projectTags()).toContainEqual({
        key: pair.key,
        values: expect.arrayContaining([pair.value]),
      });
      expect((await openstack(who()).remove(id, name)).status).toBe(204);
      expect(await huaweiImages(who()).pairs(id)).toEqual([]);
    },
  );
});

test('two OpenStack texts of one key give way to one Huawei write, and to one Huawei delete', async () => {
  const id = await openstack(alice()).create({ tags: ['env=a', 'env=b', 'env'] });
  expect(await huaweiImages(alice()).pairs(id)).toHaveLength(3);
  await huaweiImages(alice()).add(id, { key: 'env', value: 'c' });
  expect(await openstack(alice()).tags(id)).toEqual(['env=c']);
  await openstack(alice()).put(id, 'env=d');
  await huaweiImages(alice()).remove(id, 'env');
  expect(await openstack(alice()).tags(id)).toEqual([]);
});

test('"a" and "a=" are two texts and one pair: Huawei shows it once and removes both', async () => {
  const id = await openstack(alice()).create({ tags: ['a', 'a='] });
  expect(await openstack(alice()).tags(id)).toEqual(['a', 'a=']);
  expect(await huaweiImages(alice()).pairs(id)).toEqual([{ key: 'a', value: '' }]);
  expect((await huaweiImages(alice()).remove(id, 'a')).status).toBe(204);
  expect(await openstack(alice()).tags(id)).toEqual([]);
});

test('the dotted spelling of T8 splits at the first dot; the same text from OpenStack is never split', async () => {
  const id = await openstack(alice()).create({ name: 'dots' });
  await huaweiCloudimages(alice()).setText(id, 'a.b.c');
  await openstack(alice()).put(id, 'v1.2');
  expect(await openstack(alice()).tags(id)).toEqual(['a=b.c', 'v1.2']);
  expect(await huaweiImages(alice()).pairs(id)).toEqual([
    { key: 'a', value: 'b.c' },
    { key: 'v1.2', value: '' },
  ]);
});
