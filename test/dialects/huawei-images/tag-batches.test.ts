import { testGateway } from '../../support/gateway';
import { expectDone, expectIms } from '../../support/huawei';
import { testAuthenticator } from '../../support/test-authenticator';
import { tagCalls } from './tag-calls';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const wide = testGateway({
  replace: { authenticator: testAuthenticator },
  env: { TAGWAY_HUAWEI_PROFILE: 'wide' },
});
const { anImage, textsOf, ask, batch } = tagCalls(given);

describe('T4, a batch', () => {
  const one = { key: 'one', value: '1' };
  const two = { key: 'two', value: '' };

  test('creates, replaces and is idempotent', async () => {
    const id = await anImage(['one=0', 'rest']);
    expectDone(await batch(id, 'create', [one, two]));
    expectDone(await batch(id, 'create', [one, two]));
    expect(await textsOf(id)).toEqual(['one=1', 'rest', 'two']);
  });

  test('deletes, and a second time too', async () => {
    const id = await anImage(['one=1', 'two', 'rest']);
    expectDone(await batch(id, 'delete', [one, two, { key: 'never there' }]));
    expectDone(await batch(id, 'delete', [one, two]));
    expect(await textsOf(id)).toEqual(['rest']);
  });

  test('takes back exactly what T2 shows, of whatever characters', async () => {
    const id = await anImage(['🏷=🚀', ' a ', '=x', 'a=', 'b=c=d', '日'.repeat(127), 'tab\t']);
    const shown = (await ask('GET', `${id}/tags`)).json<{ tags: object[] }>().tags;
    expectDone(await batch(id, 'delete', shown));
    expect(await textsOf(id)).toEqual([]);
  });

  test('a delete with a value removes only that pair, without one the key', async () => {
    const id = await anImage(['a=1', 'a=2', 'b=1', 'c=1', 'd=1']);
    const tags = [{ key: 'a', value: '1' }, { key: 'b' }, { key: 'c', value: null }, { key: 'd', value: '' }];
    expectDone(await batch(id, 'delete', tags));
    expect(await textsOf(id)).toEqual(['a=2']);
    expectDone(await batch(id, 'delete', [{ key: 'a', value: 'other' }]));
    expect(await textsOf(id)).toEqual(['a=2']);
  });

  test('spaces are trimmed by a create and meant by a delete', async () => {
    const id = await anImage([' a ']);
    expectDone(await batch(id, 'delete', [{ key: 'a' }]));
    expect(await textsOf(id)).toEqual([' a ']);
    expectDone(await batch(id, 'create', [{ key: ' a ', value: ' 1 ' }]));
    expect(await textsOf(id)).toEqual([' a ', 'a=1']);
  });

  test.each([
    [
      'create',
      'IMG.0115',
      [
        { key: 'ok', value: '' },
        { key: 'no=', value: '' },
      ],
    ],
    ['create', 'IMG.0115', [{ key: 'ok', value: '' }, { key: 'no' }]],
    [
      'create',
      'IMG.0115',
      [
        { key: 'ok', value: '' },
        { key: 'no', value: null },
      ],
    ],
    [
      'create',
      'IMG.0001',
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    ],
    [
      'create',
      'IMG.0001',
      [
        { key: 'a', value: '1' },
        { key: ' a ', value: '1' },
      ],
    ],
    ['delete', 'IMG.0001', [{ key: 'here' }, { key: 'here', value: 'x' }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: '' }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: '  ' }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { value: 'v' }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: 'k'.repeat(128) }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: 'k', value: '🚀'.repeat(256) }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: '\u0000' }]],
    ['delete', 'IMG.0115', [{ key: 'here' }, { key: '\ud83d', value: '\ude00' }]],
    ['delete', 'IMG.0001', [{ key: 'here' }, { key: 'k', value: 7 }]],
    ['delete', 'IMG.0001', [{ key: 'here' }, 'k']],
    ['delete', 'IMG.0001', [{ key: 'here' }, null]],
    ['delete', 'IMG.0001', []],
    ['delete', 'IMG.0001', undefined],
    ['delete', 'IMG.0001', null],
    ['delete', 'IMG.0001', { 0: { key: 'here' } }],
    ['delete', 'IMG.0001', 'here'],
    ['delete', 'IMG.0001', Array.from({ length: 101 }, (_, n) => ({ key: `k${String(n)}` }))],
    ['Create', 'IMG.0001', [{ key: 'ok', value: '' }]],
    ['remove', 'IMG.0001', [{ key: 'here' }]],
    ['', 'IMG.0001', [{ key: 'here' }]],
  ])('%s is refused with %s, all of it: %j', async (action, code, tags) => {
    const id = await anImage(['here']);
    expectIms(await batch(id, action, tags), 400, code);
    expect(await textsOf(id)).toEqual(['here']);
  });

  test.each([{}, { action: ['create'], tags: [{ key: 'a', value: '' }] }, [], 'create', 5, null])(
    'the body %j is refused',
    async (body) => {
      const answer = await ask('POST', `${await anImage()}/tags/action`, body);
      expectIms(answer, 400, 'IMG.0001');
    },
  );

  test('a hundred tags may be deleted at once', async () => {
    const id = await anImage(Array.from({ length: 100 }, (_, n) => `k${String(n)}`));
    const tags = Array.from({ length: 100 }, (_, n) => ({ key: `k${String(n)}` }));
    expectDone(await batch(id, 'delete', tags));
    expect(await textsOf(id)).toEqual([]);
  });

  test.each(['k', '键', '🏷'])(
    'keys of %j may have 127 code points in a delete, values 255',
    async (letter) => {
      const id = await anImage([letter.repeat(127)]);
      expectDone(await batch(id, 'delete', [{ key: letter.repeat(127), value: '' }]));
      expectDone(await batch(id, 'delete', [{ key: 'k', value: letter.repeat(255) }]));
      expect(await textsOf(id)).toEqual([]);
    },
  );

  test('the wide profile deletes the keys of 128 that it creates', async () => {
    const id = await anImage([], wide);
    const tags = [{ key: '键'.repeat(128), value: 'v' }];
    expectDone(await batch(id, 'create', tags, wide));
    expectDone(await batch(id, 'delete', tags, wide));
    expectIms(await batch(id, 'delete', [{ key: 'k'.repeat(129) }], wide), 400, 'IMG.0115');
  });

  test('the limit is counted after the merge; a refused batch stores nothing', async () => {
    const id = await anImage(Array.from({ length: 9 }, (_, n) => `t${String(n)}`));
    expectIms(await batch(id, 'create', [one, two]), 400, 'IMG.0116');
    expect(await textsOf(id)).toHaveLength(9);
    expectDone(await batch(id, 'create', [one, { key: 't1', value: 'merged' }]));
    expect(await textsOf(id)).toHaveLength(10);
  });

  test('an image that OpenStack has filled beyond the limit may be changed as long as it does not grow', async () => {
    const id = await anImage(Array.from({ length: 30 }, (_, n) => `t${String(n)}`));
    expectDone(await batch(id, 'create', [{ key: 't1', value: 'x' }]));
    expectIms(await batch(id, 'create', [one]), 400, 'IMG.0116');
  });
});

describe('with by-key-only', () => {
  const byKey = testGateway({
    replace: { authenticator: testAuthenticator },
    env: { TAGWAY_BATCH_DELETE: 'by-key-only' },
  });

  test('a batch delete ignores the value', async () => {
    const id = await anImage(['a=1', 'a=2'], byKey);
    expectDone(await batch(id, 'delete', [{ key: 'a', value: 'neither' }], byKey));
    expect(await textsOf(id, byKey)).toEqual([]);
  });
});
