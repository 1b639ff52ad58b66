import { huaweiCloudimages, huaweiImages, openstack, type Speaker } from '../../support/dialects';
import { testGateway } from '../../support/gateway';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';

/*
 * The table of keys, values and texts, row by row: what one dialect writes, what the others then show, and by
 * which text it is found.
 */
const given = testGateway({ replace: { authenticator: testAuthenticator } });
const alice = (): Speaker => ({ port: given().port, token: 'alice', project: alpha });

type Write = (id: string) => Promise<{ status: number }>;
const put =
  (tag: string): Write =>
  (id) =>
    openstack(alice()).put(id, tag);
const text =
  (tag: string): Write =>
  (id) =>
    huaweiCloudimages(alice()).setText(id, tag);
const object =
  (key: string, value: string): Write =>
  (id) =>
    huaweiImages(alice()).add(id, { key, value });

async function anImage(): Promise<string> {
  return openstack(alice()).create({ name: 'mapping' });
}

/** What `GET /v2/cloudimages` shows of an image. */
async function listed(id: string): Promise<string[]> {
  const answer = await send(given().port, 'GET', `/v2/cloudimages?id=${id}`, { token: 'alice' });
  return answer.json<{ images: { tags: string[] }[] }>().images[0]?.tags ?? [];
}

test.each([
  ['OpenStack a.b', put('a.b'), 'a.b', { key: 'a.b', value: '' }],
  ['OpenStack v1.2', put('v1.2'), 'v1.2', { key: 'v1.2', value: '' }],
  ['OpenStack a=b', put('a=b'), 'a=b', { key: 'a', value: 'b' }],
  ['OpenStack a=b=c', put('a=b=c'), 'a=b=c', { key: 'a', value: 'b=c' }],
  ['OpenStack =x', put('=x'), '=x', { key: '=x', value: '' }],
  ['the text a.b.c', text('a.b.c'), 'a=b.c', { key: 'a', value: 'b.c' }],
  ['the text abc', text('abc'), 'abc', { key: 'abc', value: '' }],
  ['the text a.', text('a.'), 'a', { key: 'a', value: '' }],
  ['the object (a.b, v)', object('a.b', 'v'), 'a.b=v', { key: 'a.b', value: 'v' }],
  ['the object (a, v)', object('a', 'v'), 'a=v', { key: 'a', value: 'v' }],
  ['the object (a, "")', object('a', ''), 'a', { key: 'a', value: '' }],
  ['the object (Key, Value)', object('Key', 'Value'), 'Key=Value', { key: 'Key', value: 'Value' }],
])('%s is the same tag everywhere', async (_, write, name, pair) => {
  const id = await anImage();
  expect((await write(id)).status).toBe(204);
  expect(await openstack(alice()).tags(id)).toEqual([name]);
  expect(await listed(id)).toEqual([name]);
  expect(await huaweiImages(alice()).pairs(id)).toEqual([pair]);
  expect(await huaweiCloudimages(alice()).texts()).toContain(name);
  expect(await huaweiCloudimages(alice()).find(name)).toContain(id);
  expect(await openstack(alice()).find(name)).toContain(id);
});

test.each([
  ['the text .b', text('.b')],
  ['an empty text', text('')],
  ['the text a=b', text('a=b')],
  ['"=" in a key', object('a=b', '')],
  ['"=" in a value', object('a', 'b=c')],
])('%s is refused', async (_, write) => {
  expect((await write(await anImage())).status).toBe(400);
});

test('an empty value written over a key alone is the same tag', async () => {
  const id = await anImage();
  await put('env')(id);
  await object('env', '')(id);
  expect(await openstack(alice()).tags(id)).toEqual(['env']);
});

test('a filter is the whole text: neither a key nor a dotted spelling of a pair', async () => {
  const id = await anImage();
  await text('filtered.pair')(id);
  const find = huaweiCloudimages(alice()).find;
  expect(await find('filtered=pair')).toEqual([id]);
  expect(await find('filtered.pair')).toEqual([]);
  expect(await find('filtered')).toEqual([]);
  expect(await find('Filtered=pair')).toEqual([]);
});

test('a filter may hold a raw second "=", as one provider sends it', async () => {
  const id = await anImage();
  await put('raw=a=b')(id);
  const answer = await send(given().port, 'GET', '/v2/cloudimages?tag=raw=a=b', { token: 'alice' });
  expect(answer.json()).toMatchObject({ images: [{ id }] });
});

test('several filters must all match', async () => {
  const id = await anImage();
  await put('both1')(id);
  await put('both2=x')(id);
  const path = '/v2/cloudimages?tag=both1&tag=both2%3Dx';
  expect((await send(given().port, 'GET', path, { token: 'alice' })).json()).toMatchObject({
    images: [{ id }],
  });
  const more = await send(given().port, 'GET', `${path}&tag=both3`, { token: 'alice' });
  expect(more.json()).toEqual({ images: [] });
});

describe('two OpenStack texts of one key', () => {
  const both = async (): Promise<string> => {
    const id = await anImage();
    await put('env=a')(id);
    await put('env=b')(id);
    await put('env')(id);
    return id;
  };

  test('are listed as pairs, and in the project as values of one key', async () => {
    const id = await both();
    expect(await huaweiImages(alice()).pairs(id)).toEqual([
      { key: 'env', value: '' },
      { key: 'env', value: 'a' },
      { key: 'env', value: 'b' },
    ]);
    expect(await huaweiImages(alice()).projectTags()).toContainEqual({ key: 'env', values: ['', 'a', 'b'] });
  });

  test.each([
    ['T3', (id: string) => huaweiImages(alice()).remove(id, 'env')],
    ['T4', (id: string) => huaweiImages(alice()).batch(id, 'delete', [{ key: 'env' }])],
    ['T7', (id: string) => huaweiCloudimages(alice()).batchDelete(id, [{ key: 'env' }])],
  ])('are all removed by key: %s', async (_, remove) => {
    const id = await both();
    expect((await remove(id)).status).toBe(204);
    expect(await openstack(alice()).tags(id)).toEqual([]);
  });

  test.each([
    ['T1', object('env', 'c')],
    ['T4', (id: string) => huaweiImages(alice()).batch(id, 'create', [{ key: 'env', value: 'c' }])],
    ['T8', text('env.c')],
  ])('give way to one write: %s', async (_, write) => {
    const id = await both();
    expect((await write(id)).status).toBe(204);
    expect(await openstack(alice()).tags(id)).toEqual(['env=c']);
  });
});

test('a text too long for Huawei is shown, filtered, found by its key and removed by it', async () => {
  const key = '键'.repeat(120);
  const id = await anImage();
  await put(`${key}=${'值'.repeat(134)}`)(id);
  expect(await huaweiImages(alice()).pairs(id)).toEqual([{ key, value: '值'.repeat(134) }]);
  expect(await huaweiImages(alice()).find({ tags: [{ key, values: [] }] })).toEqual([id]);
  expect((await huaweiImages(alice()).add(id, { key, value: '' })).status).toBe(400);
  expect((await huaweiImages(alice()).remove(id, key)).status).toBe(204);
});
