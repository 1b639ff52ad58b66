import { randomUUID } from 'node:crypto';
import { aCaller, testGateway } from '../../support/gateway';
import { expectDone, expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { send } from '../../support/wire';
import { tagCalls } from './tag-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const wide = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_HUAWEI_PROFILE: 'wide' },
});
const alice = aCaller(alpha);
const { anImage, textsOf, ask, add } = tagCalls(given);

describe('T1, adding a tag', () => {
  test('stores it, and again changes nothing', async () => {
    const id = await anImage();
    expectDone(await add(id, { key: 'env', value: 'prod' }));
    expectDone(await add(id, { key: 'env', value: 'prod' }));
    expect(await textsOf(id)).toEqual(['env=prod']);
  });

  test('replaces the value of a key that is there, and every text of that key', async () => {
    const id = await anImage(['env=a', 'env=b', 'env', 'other']);
    expectDone(await add(id, { key: 'env', value: 'c' }));
    expect(await textsOf(id)).toEqual(['env=c', 'other']);
  });

  test('an empty value is a key alone', async () => {
    const id = await anImage();
    expectDone(await add(id, { key: 'env', value: '' }));
    expect(await textsOf(id)).toEqual(['env']);
  });

  test('removes the spaces around key and value', async () => {
    const id = await anImage();
    expectDone(await add(id, { key: '  a b ', value: ' c d ' }));
    expect(await textsOf(id)).toEqual(['a b=c d']);
  });

  test('ignores members that it does not know, and says nothing of the media type', async () => {
    const id = await anImage();
    const body = { tag: { key: 'a', value: 'b', more: 1 }, more: {} };
    expectDone(await ask('POST', `${id}/tags`, body, { headers: { 'Content-Type': 'text/plain' } }));
  });

  test.each([
    ['a key of 36', { key: '键'.repeat(36), value: '' }, 204],
    ['a key of 37', { key: 'k'.repeat(37), value: '' }, 400],
    ['a value of 43', { key: 'k', value: '值'.repeat(43) }, 204],
    ['a value of 44', { key: 'k', value: 'v'.repeat(44) }, 400],
  ])('under the documented profile %s gives %3$i', async (_, tag, status) => {
    const answer = await add(await anImage(), tag);
    if (status === 204) expectDone(answer);
    else expectIms(answer, 400, 'IMG.0115');
  });

  test.each([
    ['a key of 128', { key: '键'.repeat(128), value: '' }, 204],
    ['a key of 129', { key: 'k'.repeat(129), value: '' }, 400],
    ['a value of 253 beside a key of one', { key: 'k', value: '值'.repeat(253) }, 204],
    ['a text of 256 in all', { key: 'k', value: 'v'.repeat(254) }, 400],
    ['a value of 256', { key: 'k', value: 'v'.repeat(256) }, 400],
  ])('under the wide profile %s gives %3$i', async (_, tag, status) => {
    const answer = await add(await anImage([], wide), tag, wide);
    if (status === 204) expectDone(answer);
    else expectIms(answer, 400, 'IMG.0115');
  });

  test.each([
    ['no key', { value: 'v' }, 'IMG.0115'],
    ['a null key', { key: null, value: 'v' }, 'IMG.0115'],
    ['an empty key', { key: '', value: 'v' }, 'IMG.0115'],
    ['a key of blanks', { key: '   ', value: 'v' }, 'IMG.0115'],
    ['no value', { key: 'k' }, 'IMG.0115'],
    ['a null value', { key: 'k', value: null }, 'IMG.0115'],
    ['a number as key', { key: 1, value: 'v' }, 'IMG.0001'],
    ['a list as key', { key: ['k'], value: 'v' }, 'IMG.0001'],
    ['an object as value', { key: 'k', value: {} }, 'IMG.0001'],
    ['true as value', { key: 'k', value: true }, 'IMG.0001'],
    ['"=" in the key', { key: 'a=b', value: '' }, 'IMG.0115'],
    ['"=" in the value', { key: 'a', value: 'b=c' }, 'IMG.0115'],
    ['an emoji', { key: '🏷', value: '' }, 'IMG.0115'],
    ['NUL', { key: 'a\u0000', value: '' }, 'IMG.0115'],
    ['half a surrogate pair', { key: 'a\ud83d', value: '' }, 'IMG.0115'],
    ['a string for the tag', 'k=v', 'IMG.0001'],
    ['a list for the tag', [{ key: 'k', value: 'v' }], 'IMG.0001'],
    ['null for the tag', null, 'IMG.0001'],
  ])('%s is refused and nothing is stored', async (_, tag, code) => {
    const id = await anImage(['k=before']);
    expectIms(await add(id, tag), 400, code);
    expect(await textsOf(id)).toEqual(['k=before']);
  });

  test('the eleventh tag of an image is refused, all of its tags counted; a value may still be changed', async () => {
    const id = await anImage(Array.from({ length: 10 }, (_, n) => `t${String(n)}`));
    expectIms(await add(id, { key: 'one more', value: '' }), 400, 'IMG.0116');
    expectDone(await add(id, { key: 't1', value: 'changed' }));
  });

  test('the wide profile has room for twenty', async () => {
    const id = await anImage(
      Array.from({ length: 19 }, (_, n) => `t${String(n)}`),
      wide,
    );
    expectDone(await add(id, { key: 'twentieth', value: '' }, wide));
    expectIms(await add(id, { key: 'one more', value: '' }, wide), 400, 'IMG.0116');
  });
});

describe('T2, the tags of an image', () => {
  test('are its pairs, without paging', async () => {
    const id = await anImage(['b=2', 'a', 'a.b', 'c=d=e', '=x']);
    const answer = await ask('GET', `${id}/tags`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      tags: [
        { key: '=x', value: '' },
        { key: 'a', value: '' },
        { key: 'a.b', value: '' },
        { key: 'b', value: '2' },
        { key: 'c', value: 'd=e' },
      ],
    });
  });

  test('are an empty list for an image without tags', async () => {
    expect((await ask('GET', `${await anImage()}/tags`)).json()).toEqual({ tags: [] });
  });

  test('are shown also where Huawei could not have written them', async () => {
    const name = '🏷'.repeat(255);
    expect((await ask('GET', `${await anImage([name])}/tags`)).json()).toEqual({
      tags: [{ key: name, value: '' }],
    });
  });

  test('a body of a GET, which one SDK sends, is ignored', async () => {
    expect((await ask('GET', `${await anImage()}/tags`, {})).status).toBe(200);
  });
});

describe('T3, deleting a key', () => {
  test('works once', async () => {
    const id = await anImage(['env=a', 'env=b', 'env', 'other']);
    expectDone(await ask('DELETE', `${id}/tags/env`));
    expect(await textsOf(id)).toEqual(['other']);
    expectIms(await ask('DELETE', `${id}/tags/env`), 404, 'IMG.0121');
  });

  test.each(['🏷'.repeat(255), ' ', 'a/b', 'a?b', '%', '%2F', '..', 'action', 'x\ny', '=v'])(
    'the key %j is reached when it is escaped',
    async (key) => {
      const id = await anImage([key, 'other']);
      expectDone(await ask('DELETE', `${id}/tags/${encodeURIComponent(key)}`));
      expect(await textsOf(id)).toEqual(['other']);
    },
  );

  test('a key cut in two by an unescaped "?" is refused, so that no other tag goes in its place', async () => {
    const id = await anImage(['a', 'a?b']);
    expectIms(await ask('DELETE', `${id}/tags/a?b`), 400, 'IMG.0017');
    expectIms(await ask('DELETE', `${id}/tags/a?`), 400, 'IMG.0017');
    expect(await textsOf(id)).toEqual(['a', 'a?b']);
  });

  test('the body is ignored', async () => {
    const id = await anImage(['a']);
    expectDone(await ask('DELETE', `${id}/tags/a`, { tags: 'whatever' }));
  });

  test.each(['%FF', '%00', '%C3%28'])('a key that is no text (%s) is refused', async (key) => {
    expectIms(await ask('DELETE', `${await anImage()}/tags/${key}`), 400, 'IMG.0017');
  });
});

describe('T5, the tags of a project', () => {
  test('are one entry per key with its distinct values, of this project only', async () => {
    const { images } = given().gateway;
    const one = { ...alice, projectId: 'p5' };
    await images.create(one, { tags: ['env=b', 'env=a', 'alone'] }, 128);
    await images.create(one, { tags: ['env=a', 'env', 'alone='] }, 128);
    await images.create({ ...one, projectId: 'p6' }, { tags: ['other'], visibility: 'community' }, 128);
    const answer = await send(given().port, 'GET', '/v2/p5/images/tags', { token: 'admin' });
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      tags: [
        { key: 'alone', values: [''] },
        { key: 'env', values: ['', 'a', 'b'] },
      ],
    });
  });

  test('are an empty list in a project without images', async () => {
    const answer = await send(given().port, 'GET', '/v2/empty/images/tags', { token: 'admin' });
    expect(answer.json()).toEqual({ tags: [] });
  });
});

test.each([
  ['POST', (id: string) => `${id}/tags`, { tag: { key: 'a', value: '' } }],
  ['GET', (id: string) => `${id}/tags`, undefined],
  ['DELETE', (id: string) => `${id}/tags/a`, undefined],
  ['POST', (id: string) => `${id}/tags/action`, { action: 'delete', tags: [{ key: 'a' }] }],
])('%s answers 400 to an id that is no UUID, and 404 to a missing image', async (method, path, body) => {
  for (const id of ['none', randomUUID().replaceAll('-', ''), `${randomUUID()}0`, `x${randomUUID()}`]) {
    expectIms(await ask(method, path(id), body), 400, 'IMG.0066');
  }
  expectIms(await ask(method, path(randomUUID()), body), 404, 'IMG.0144');
});
