import { randomUUID } from 'node:crypto';
import { testGateway } from '../../support/gateway';
import { expectDone, expectIms } from '../../support/huawei';
import { alpha, testAuthenticator } from '../../support/test-authenticator';
import { tagCalls } from './tag-calls';

const replace = { authenticator: testAuthenticator };
const given = testGateway({ replace });
const wide = testGateway({ replace, env: { TAGWAY_HUAWEI_PROFILE: 'wide' } });
const byKey = testGateway({ replace, env: { TAGWAY_BATCH_DELETE: 'by-key-only' } });
const { anImage, textsOf, ask, remove } = tagCalls(given);

describe('T7, deleting tags in a batch', () => {
  test('removes what is named; what is missing counts as deleted, as often as one likes', async () => {
    const id = await anImage(['key1=value1', 'key2=value2', 'key3', 'rest']);
    const tags = [
      { key: 'key1', value: 'value1' },
      { value: 'value2', key: 'key2' },
      { key: 'key3', value: '' },
      { key: 'never there', value: 'x' },
    ];
    expectDone(await remove(id, tags));
    expect(await textsOf(id)).toEqual(['rest']);
    expectDone(await remove(id, tags));
  });

  test('a value removes only that pair; none, null or an empty one removes the key', async () => {
    const id = await anImage(['a=1', 'a=2', 'b=1', 'c=1', 'd=1', 'd', 'e=1']);
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b' },
      { key: 'c', value: null },
      { key: 'd', value: '' },
      { key: 'e', value: 'other' },
    ];
    expectDone(await remove(id, tags));
    expect(await textsOf(id)).toEqual(['a=2', 'e=1']);
  });

  test('with by-key-only the value is not looked at', async () => {
    const id = await anImage(['a=1', 'a=2', 'b=1'], byKey);
    expectDone(await remove(id, [{ key: 'a', value: 'neither' }], byKey));
    expect(await textsOf(id, byKey)).toEqual(['b=1']);
  });

  test('a key may stand there twice', async () => {
    const id = await anImage(['a=1', 'a=2', 'a=3']);
    const tags = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' },
      { key: 'a', value: '2' },
    ];
    expectDone(await remove(id, tags));
    expect(await textsOf(id)).toEqual(['a=3']);
  });

  test('characters are not checked and nothing is trimmed', async () => {
    const id = await anImage([' a ', 'a', '=x', '🏷=🚀', 'b=c=d', 'tab\there']);
    const tags = [
      { key: ' a ' },
      { key: '=x' },
      { key: '🏷', value: '🚀' },
      { key: 'b', value: 'c=d' },
      { key: 'tab\there' },
    ];
    expectDone(await remove(id, tags));
    expect(await textsOf(id)).toEqual(['a']);
  });

  test.each(['k', '键', '🏷'])('keys of %j may have 127 code points, values 255', async (letter) => {
    const id = await anImage([letter.repeat(127)]);
    expectDone(await remove(id, [{ key: letter.repeat(127) }]));
    expectDone(await remove(id, [{ key: 'k', value: letter.repeat(255) }]));
    expect(await textsOf(id)).toEqual([]);
    expectIms(await remove(id, [{ key: letter.repeat(128) }]), 400, 'IMG.0115');
    expectIms(await remove(id, [{ key: 'k', value: letter.repeat(256) }]), 400, 'IMG.0115');
  });

  test('the wide profile reaches keys of 128', async () => {
    const id = await anImage(['键'.repeat(128)], wide);
    expectDone(await remove(id, [{ key: '键'.repeat(128) }], wide));
    expect(await textsOf(id, wide)).toEqual([]);
    expectIms(await remove(id, [{ key: '键'.repeat(129) }], wide), 400, 'IMG.0115');
  });

  test.each([
    ['an empty key', [{ key: 'here' }, { key: '' }], 'IMG.0115'],
    ['a key of blanks', [{ key: 'here' }, { key: ' \t ' }], 'IMG.0115'],
    ['no key', [{ key: 'here' }, { value: 'v' }], 'IMG.0115'],
    ['a null key', [{ key: 'here' }, { key: null }], 'IMG.0115'],
    ['a number as key', [{ key: 'here' }, { key: 5 }], 'IMG.0001'],
    ['a list as key', [{ key: 'here' }, { key: ['here'] }], 'IMG.0001'],
    ['a number as value', [{ key: 'here' }, { key: 'k', value: 5 }], 'IMG.0001'],
    ['an object as value', [{ key: 'here' }, { key: 'k', value: { a: 1 } }], 'IMG.0001'],
    ['NUL', [{ key: 'here' }, { key: 'a\u0000' }], 'IMG.0115'],
    ['half a surrogate pair', [{ key: 'here' }, { key: 'k', value: '\ude00' }], 'IMG.0115'],
    ['halves in key and value', [{ key: 'here' }, { key: '\ud83d', value: '\ude00' }], 'IMG.0115'],
    ['a string as entry', [{ key: 'here' }, 'here'], 'IMG.0001'],
    ['null as entry', [{ key: 'here' }, null], 'IMG.0001'],
    ['a list as entry', [{ key: 'here' }, ['here']], 'IMG.0001'],
    ['no entries', [], 'IMG.0001'],
    ['no tags', undefined, 'IMG.0001'],
    ['null as tags', null, 'IMG.0001'],
    ['an object as tags', { key: 'here' }, 'IMG.0001'],
    ['a string as tags', 'here', 'IMG.0001'],
    ['101 entries', Array.from({ length: 101 }, () => ({ key: 'here' })), 'IMG.0001'],
  ])('%s is refused and nothing is removed', async (_, tags, code) => {
    const id = await anImage(['here']);
    expectIms(await remove(id, tags), 400, code);
    expect(await textsOf(id)).toEqual(['here']);
  });

  test('no body at all is IMG.0007', async () => {
    expectIms(
      await ask('DELETE', `/v1/${alpha}/cloudimages/${await anImage()}/tags/delete`),
      400,
      'IMG.0007',
    );
  });

  test('a hundred entries are taken', async () => {
    const id = await anImage(Array.from({ length: 100 }, (_, n) => `k${String(n)}`));
    expectDone(
      await remove(
        id,
        Array.from({ length: 100 }, (_, n) => ({ key: `k${String(n)}` })),
      ),
    );
    expect(await textsOf(id)).toEqual([]);
  });

  test('an id that is no UUID is 400, a missing image 404', async () => {
    expectIms(await remove('none', [{ key: 'a' }]), 400, 'IMG.0066');
    expectIms(await remove(randomUUID(), [{ key: 'a' }]), 404, 'IMG.0144');
  });
});
