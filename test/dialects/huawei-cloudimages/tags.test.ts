import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../../support/gateway';
import { expectDone, expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { tagCalls } from './tag-calls';

const replace = { authenticator: testAuthenticator };
const given = testGateway({ replace });
const wide = testGateway({ replace, env: { TAGWAY_HUAWEI_PROFILE: 'wide' } });
const dotted = testGateway({ replace, env: { TAGWAY_TAG_TEXT: 'dot' } });
const alice = aCaller(alpha);
const { anImage, textsOf, ask, write } = tagCalls(given);

describe('T8, adding or changing one tag', () => {
  test('takes an object, again and again', async () => {
    const id = await anImage(['env=a', 'env=b']);
    const body = { image_id: id, image_tag: { key: ' env ', value: ' prod ' } };
    expectDone(await write(body));
    expectDone(await write(body));
    expect(await textsOf(id)).toEqual(['env=prod']);
  });

  test.each([
    ['aaaa.1111', 'aaaa=1111'],
    ['a.b.c', 'a=b.c'],
    ['abc', 'abc'],
    ['a.', 'a'],
    [' a . b ', 'a=b'],
    ['键.值', '键=值'],
  ])('takes the text %j for %j', async (tag, name) => {
    const id = await anImage();
    expectDone(await write({ image_id: id, tag }));
    expect(await textsOf(id)).toEqual([name]);
  });

  test('null for the spelling that is not used counts as absent', async () => {
    const id = await anImage();
    expectDone(await write({ image_id: id, tag: 'a.b', image_tag: null }));
    expectDone(await write({ image_id: id, tag: null, image_tag: { key: 'c', value: '' } }));
    expect(await textsOf(id)).toEqual(['a=b', 'c']);
  });

  test.each([
    ['both spellings', { tag: 'a.b', image_tag: { key: 'a', value: 'b' } }, 'IMG.0001'],
    ['neither', {}, 'IMG.0001'],
    ['nulls', { tag: null, image_tag: null }, 'IMG.0001'],
    ['an empty text', { tag: '' }, 'IMG.0115'],
    ['a text without a key', { tag: '.b' }, 'IMG.0115'],
    ['"=" in the text', { tag: 'a=b' }, 'IMG.0115'],
    ['"=" behind the dot', { tag: 'a.b=c' }, 'IMG.0115'],
    ['a long key in the text', { tag: `${'k'.repeat(37)}.v` }, 'IMG.0115'],
    ['a long value in the text', { tag: `k.${'v'.repeat(44)}` }, 'IMG.0115'],
    ['a number as text', { tag: 1 }, 'IMG.0001'],
    ['a list as text', { tag: ['a.b'] }, 'IMG.0001'],
    ['a string as object', { image_tag: 'a.b' }, 'IMG.0001'],
    ['no value', { image_tag: { key: 'a' } }, 'IMG.0115'],
    ['a null value', { image_tag: { key: 'a', value: null } }, 'IMG.0115'],
    ['no key', { image_tag: { value: 'a' } }, 'IMG.0115'],
    ['a number as value', { image_tag: { key: 'a', value: 1 } }, 'IMG.0001'],
    ['an emoji', { image_tag: { key: '🏷', value: '' } }, 'IMG.0115'],
    ['NUL', { tag: 'a\u0000' }, 'IMG.0115'],
  ])('%s is refused', async (_, tag, code) => {
    const id = await anImage(['before']);
    expectIms(await write({ image_id: id, ...tag }), 400, code);
    expect(await textsOf(id)).toEqual(['before']);
  });

  test.each([undefined, null, 5, '', 'none', [randomUUID()], `${randomUUID()}0`])(
    'the image id %j is refused',
    async (image_id) => {
      expectIms(await write({ image_id, tag: 'a.b' }), 400, 'IMG.0066');
    },
  );

  test('an image that is not there is 404', async () => {
    expectIms(await write({ image_id: randomUUID(), tag: 'a.b' }), 404, 'IMG.0144');
  });

  test('the eleventh tag is refused, a new value of one of ten is not', async () => {
    const id = await anImage(Array.from({ length: 10 }, (_, n) => `t${String(n)}`));
    expectIms(await write({ image_id: id, tag: 'more' }), 400, 'IMG.0116');
    expectDone(await write({ image_id: id, tag: 't1.x' }));
  });

  test('the wide profile takes 128, a slash in values, and twenty tags', async () => {
    const id = await anImage(
      Array.from({ length: 19 }, (_, n) => `t${String(n)}`),
      wide,
    );
    expectDone(await write({ image_id: id, image_tag: { key: '键'.repeat(128), value: 'a/b' } }, wide));
    expectIms(await write({ image_id: id, tag: 'more' }, wide), 400, 'IMG.0116');
  });
});

describe('T9, tags as texts', () => {
  const texts = async (query = '', where = given): Promise<unknown> => {
    const answer = await ask('GET', `/v1/cloudimages/tags${query}`, undefined, where);
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const own = `owner=${alpha}`;

  test('are distinct and in order', async () => {
    const named = `&name=${randomUUID()}`;
    const name = named.slice(6);
    await given().gateway.images.create(alice, { name, tags: ['b=2', 'a.b', '🏷=🚀', 'ﬀ'] }, 128);
    await given().gateway.images.create(alice, { name, tags: ['a', 'a=', 'b=2', 'c=d=e'] }, 128);
    expect(await texts(`?${own}${named}`)).toEqual({ tags: ['a', 'a.b', 'b=2', 'c=d=e', 'ﬀ', '🏷=🚀'] });
  });

  test('are of the images that the filters of the image list find', async () => {
    const name = randomUUID();
    await given().gateway.images.create(alice, { name, tags: ['one', 'env=prod'], diskFormat: 'raw' }, 128);
    await given().gateway.images.create(alice, { name, tags: ['two', 'env=prod'], diskFormat: 'iso' }, 128);
    expect(await texts(`?name=${name}&disk_format=raw`)).toEqual({ tags: ['env=prod', 'one'] });
    expect(await texts(`?name=${name}&tag=two`)).toEqual({ tags: ['env=prod', 'two'] });
    expect(await texts(`?name=${name}&tag=two&tag=one`)).toEqual({ tags: [] });
  });

  test('limit, page and marker select images, the newest first', async () => {
    const name = randomUUID();
    const ids: string[] = [];
    for (const tag of ['first', 'second', 'third']) {
      ids.push((await given().gateway.images.create(alice, { name, tags: [tag] }, 128)).imageId);
    }
    expect(await texts(`?name=${name}&limit=2`)).toEqual({ tags: ['second', 'third'] });
    expect(await texts(`?name=${name}&limit=2&page=2`)).toEqual({ tags: ['first'] });
    expect(await texts(`?name=${name}&limit=2&page=3`)).toEqual({ tags: [] });
    expect(await texts(`?name=${name}&marker=${String(ids[1])}`)).toEqual({ tags: ['first'] });
  });

  test('are written with a dot when that is set', async () => {
    await anImage(['env=prod', 'alone', 'a.b=c', 'a='], dotted);
    expect(await texts('', dotted)).toEqual({ tags: ['a', 'a.b.c', 'alone', 'env.prod'] });
  });

  test.each(['page=0', 'page=-1', 'page=x', 'limit=-1', 'limit=x'])('%s is refused', async (query) => {
    expectIms(await ask('GET', `/v1/cloudimages/tags?${query}`), 400, 'IMG.0001');
  });
});
