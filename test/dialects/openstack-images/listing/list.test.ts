import { randomUUID } from 'node:crypto';
import { testGateway } from '../../../support/gateway';
import { testAuthenticator } from '../../../support/test-authenticator';
import { added, glanceClient, type ImageBody } from '../glance-client';
import { refusal, scene } from './list-scene';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const glance = glanceClient(given);

test('a project without images is told an empty page without a next one', async () => {
  expect(await glance.page('?name=nobody-has-this')).toEqual({
    images: [],
    first: '/v2/images?name=nobody-has-this',
    schema: '/v2/schemas/images',
  });
});

describe('images by their tags', () => {
  let mark = '';
  beforeAll(async () => {
    ({ mark } = await scene(
      glance,
      { name: 'none' },
      { name: 'one', tags: ['t1'] },
      { name: 'both', tags: ['t1', 't2'] },
      { name: 'odd', tags: ['ä b&c=d'] },
    ));
  });

  test.each([
    ['?tag=t1', ['both', 'one']],
    ['?tag=t2', ['both']],
    ['?tag=t1&tag=t2', ['both']],
    ['?tag=t2&tag=t1&tag=t1', ['both']],
    ['?tag=t1&tag=missing', []],
    ['?tag=missing', []],
    ['?tag=t', []],
    ['?tag=T1', []],
    ['?tag=%C3%A4%20b%26c%3Dd', ['odd']],
    ['?tag=t1&name=one', ['one']],
  ])('%s are %j', async (query, names) => {
    expect((await glance.names(`${query}&${mark}`)).sort()).toEqual(names);
  });

  test('a tag that is put or removed is in the next list', async () => {
    const { id } = await glance.create({ name: 'late' });
    const tag = randomUUID();
    await glance.put(`/v2/images/${id}/tags/${tag}`, undefined);
    expect(await glance.names(`?tag=${tag}`)).toEqual(['late']);
    await glance.remove(`/v2/images/${id}/tags/${tag}`);
    expect(await glance.names(`?tag=${tag}`)).toEqual([]);
  });

  test('a tag that no image can have is no fault in a filter', async () => {
    expect(await glance.names(`?tag=${'x'.repeat(256)}`)).toEqual([]);
  });
});

describe('filters', () => {
  let mark = '';
  let images: readonly ImageBody[] = [];
  beforeAll(async () => {
    ({ mark, images } = await scene(
      glance,
      {
        name: 'image-1',
        disk_format: 'raw',
        container_format: 'bare',
        min_ram: 512,
        protected: true,
        foo: 'bar',
        abc: 'xyz',
      },
      {
        name: 'image-2',
        disk_format: 'qcow2',
        container_format: 'ami',
        min_ram: 1024,
        bar: 'foo',
        xyz: 'abc',
      },
      { name: 'a,b', disk_format: 'vhd', container_format: 'bare', min_disk: 7 },
      { name: 'hidden', os_hidden: true },
    ));
    const [first, , third] = images;
    for (const [image, size] of [
      [first, 10],
      [third, 2000],
    ] as const) {
      const answer = await glance.upload(image?.id ?? '', Buffer.alloc(size));
      if (answer.status !== 204) throw new Error(answer.text);
    }
  });
  const names = async (query: string): Promise<unknown[]> => (await glance.names(`?${mark}${query}`)).sort();

  test.each([
    ['', ['a,b', 'image-1', 'image-2']],
    ['&name=image-1', ['image-1']],
    ['&name=Image-1', []],
    ['&name=in:image-1,image-2', ['image-1', 'image-2']],
    ['&name=in:%22a,b%22,image-2', ['a,b', 'image-2']],
    ['&name=eq:image-2', ['image-2']],
    ['&status=active', ['a,b', 'image-1']],
    ['&status=in:queued,saving', ['image-2']],
    ['&container_format=bare', ['a,b', 'image-1']],
    ['&container_format=in:ami,ovf', ['image-2']],
    ['&disk_format=in:raw,qcow2', ['image-1', 'image-2']],
    ['&size_min=11', ['a,b']],
    ['&size_max=2000', ['a,b', 'image-1']],
    ['&size_min=10&size_max=1999', ['image-1']],
    ['&size=2000', ['a,b']],
    ['&min_ram=512', ['image-1']],
    ['&min_ram_min=512', ['image-1', 'image-2']],
    ['&min_ram_max=0', ['a,b']],
    ['&min_disk_min=1', ['a,b']],
    ['&protected=true', ['image-1']],
    ['&protected=false', ['a,b', 'image-2']],
    ['&foo=bar', ['image-1']],
    ['&foo=bar&abc=xyz', ['image-1']],
    ['&bar=foo&xyz=abc', ['image-2']],
    ['&foo=baz&abc=xyz', []],
    ['&nothing-like-this=x', []],
    ['&os_hidden=true', ['hidden']],
    ['&os_hidden=false', ['a,b', 'image-1', 'image-2']],
    ['&visibility=shared', ['a,b', 'image-1', 'image-2']],
    ['&visibility=private', []],
    ['&owner=somebody-else', []],
  ])('%s leaves %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('an image is found by its id, alone or among others', async () => {
    const [first, second] = images.map(({ id }) => id);
    expect(await names(`&id=${first ?? ''}`)).toEqual(['image-1']);
    expect(await names(`&id=in:${first ?? ''},${second ?? ''},${randomUUID()}`)).toEqual([
      'image-1',
      'image-2',
    ]);
  });

  test('a hidden image is shown to who asks for it, and listed again once it is hidden no more', async () => {
    const id = images[3]?.id ?? '';
    expect((await glance.show(id)).os_hidden).toBe(true);
    await glance.patch(id, [added('os_hidden', false)]);
    expect(await names('&os_hidden=true')).toEqual([]);
    expect(await names('&name=hidden')).toEqual(['hidden']);
    await glance.patch(id, [added('os_hidden', true)]);
    expect(await names('&name=hidden')).toEqual([]);
  });

  test.each(['created_at', 'updated_at'])('%s is compared by every operator', async (field) => {
    const [past, future] = ['2001-01-01T00:00:00Z', '2099-01-01T00:00:00Z'];
    const all = ['a,b', 'image-1', 'image-2'];
    for (const [op, moment, expected] of [
      ['gt:', past, all],
      ['gte:', past, all],
      ['neq:', past, all],
      ['lt:', past, []],
      ['lte:', past, []],
      ['eq:', past, []],
      ['', past, []],
      ['lt:', future, all],
      ['gt:', future, []],
    ] as const) {
      expect([op, await names(`&${field}=${op}${moment}`)]).toEqual([op, expected]);
    }
  });

  test('a moment holds for the image that was made then', async () => {
    const [first] = images;
    const moment = first?.created_at ?? '';
    expect(await names(`&created_at=gte:${moment}`)).toContain('image-1');
    expect(await names(`&created_at=lt:${moment}`)).toEqual([]);
  });

  test.each([
    ['?created_at=gt:blah', 'Bad "created_at" query filter format. Use ISO 8601 DateTime notation.'],
    ['?updated_at=blah', 'Bad "updated_at" query filter format. Use ISO 8601 DateTime notation.'],
    ['?created_at=invalid_operator:2001-01-01T00:00:00Z', 'Unable to filter on a unknown operator.'],
    ['?name=bad:x', "Unable to filter by unknown operator 'bad'."],
    ['?name=in:%22open', 'The quote is not closed.'],
    ['?size_min=big', 'Unable to filter on a range with a non-numeric value.'],
    ['?protected=False', "Valid values are 'true' or 'false'."],
    ['?os_hidden=maybe', "Valid values are 'true' or 'false'."],
    ['?visibility=secret', 'Invalid visibility value: secret'],
    ['?member_status=asked', 'Invalid status: asked'],
    ['?changes-since=20001007T10:10:10', 'The "changes-since" filter is no longer available on v2.'],
  ])('%s is refused: %s', async (query, words) => {
    const [status, text] = await refusal(glance, query);
    const plain = text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'");
    expect([status, plain]).toEqual([400, expect.stringContaining(words)]);
  });

  test('a name that is no text is refused', async () => {
    expect((await refusal(glance, '?name=%FF'))[0]).toBe(400);
  });
});
