import {
  checkPairForCreate,
  checkPairForDelete,
  distinctPairs,
  dottedFromPair,
  pairFromDotted,
  firstDuplicate,
  requireValidKey,
  toPairSelectors,
} from '../../../src/dialects/huawei-ims/rules';
import { Refused } from '../../../src/core/errors';
import { huaweiProfiles } from '../../../src/dialects/huawei-ims/profiles';
import { tagFromName, tagFromPair } from '../../../src/core/tag';
import { allowed } from '../../support/allowed';

const { documented, wide } = huaweiProfiles;

/** What the rule refuses it for; `taken` when it does not. */
function outcome(step: () => unknown): string {
  try {
    step();
    return 'taken';
  } catch (error) {
    if (error instanceof Refused && error.refusal.kind === 'tag-invalid') return error.refusal.fault;
    throw error;
  }
}

describe('creating a pair', () => {
  test.each([
    ['documented', documented, 36, 43],
    ['wide', wide, 128, 126],
  ] as const)('under the %s profile lengths end where it says, in code points', (_, profile, key, value) => {
    for (const letter of ['k', '键']) {
      expect(outcome(() => checkPairForCreate({ key: letter.repeat(key), value: '' }, profile))).toBe(
        'taken',
      );
      expect(outcome(() => checkPairForCreate({ key: letter.repeat(key + 1), value: '' }, profile))).toBe(
        'key-too-long',
      );
      expect(outcome(() => checkPairForCreate({ key: 'k', value: letter.repeat(value) }, profile))).toBe(
        'taken',
      );
    }
    const tooLong = 'v'.repeat(profile.valueLength + 1);
    expect(outcome(() => checkPairForCreate({ key: 'k', value: tooLong }, profile))).toBe('value-too-long');
  });

  test('a pair whose text would pass 255 code points is refused, which only the wide profile can reach', () => {
    expect(outcome(() => checkPairForCreate({ key: 'k', value: 'v'.repeat(253) }, wide))).toBe('taken');
    expect(outcome(() => checkPairForCreate({ key: 'k', value: 'v'.repeat(254) }, wide))).toBe('too-long');
    expect(outcome(() => checkPairForCreate({ key: 'k'.repeat(128), value: 'v'.repeat(127) }, wide))).toBe(
      'too-long',
    );
  });

  test('spaces around are removed, spaces inside and other blanks are not', () => {
    expect(checkPairForCreate({ key: '  a b ', value: '  ' }, documented)).toEqual({ key: 'a b', value: '' });
    expect(outcome(() => checkPairForCreate({ key: '\ta', value: '' }, documented))).toBe('key-characters');
  });

  test('a long run of spaces is trimmed in no time', () => {
    const begun = performance.now();
    const text = `a${' '.repeat(1_000_000)}b`;
    expect(outcome(() => checkPairForCreate({ key: text, value: '' }, documented))).toBe('key-too-long');
    expect(performance.now() - begun).toBeLessThan(allowed(500));
  });

  test.each(['', ' ', '   ', '\t', '\u3000'])('the key %j is blank', (key) => {
    expect(outcome(() => checkPairForCreate({ key, value: 'v' }, documented))).toBe('key-blank');
  });

  test.each(Array.from('azAZ09 _.:+-@一龥'))('%j is taken in a key and in a value', (sign) => {
    expect(outcome(() => checkPairForCreate({ key: `k${sign}k`, value: `v${sign}v` }, documented))).toBe(
      'taken',
    );
  });

  test.each([...Array.from('=*<>\\,|;?#%"\'&!$()[]{}~^`é'), '🏷️', '\u0000', '\ud83d', '\n'])(
    '%j is taken in neither',
    (sign) => {
      expect(outcome(() => checkPairForCreate({ key: `k${sign}k`, value: '' }, wide))).toBe('key-characters');
      expect(outcome(() => checkPairForCreate({ key: 'k', value: `v${sign}v` }, wide))).toBe(
        'value-characters',
      );
    },
  );

  test('a slash is for values only', () => {
    expect(outcome(() => checkPairForCreate({ key: 'a/b', value: '' }, documented))).toBe('key-characters');
    expect(outcome(() => checkPairForCreate({ key: 'a', value: 'b/c' }, documented))).toBe('taken');
  });
});

describe('naming a pair to delete', () => {
  test.each(['k', '键', '🏷'])('keys of %j reach 127 code points, 128 under the wide profile', (letter) => {
    const named = (length: number, profile = documented): string =>
      outcome(() => checkPairForDelete({ key: letter.repeat(length), value: null }, profile));
    expect(named(127)).toBe('taken');
    expect(named(128)).toBe('key-too-long');
    expect(named(128, wide)).toBe('taken');
    expect(named(129, wide)).toBe('key-too-long');
  });

  test.each(['v', '值', '🚀'])('values of %j reach 255 code points', (letter) => {
    expect(outcome(() => checkPairForDelete({ key: 'k', value: letter.repeat(255) }, documented))).toBe(
      'taken',
    );
    expect(outcome(() => checkPairForDelete({ key: 'k', value: letter.repeat(256) }, documented))).toBe(
      'value-too-long',
    );
  });

  test('characters are not checked and nothing is trimmed', () => {
    expect(checkPairForDelete({ key: ' a=b? ', value: ' * ' }, documented)).toEqual({
      key: ' a=b? ',
      value: ' * ',
    });
  });

  test('a value is optional', () => {
    expect(checkPairForDelete({ key: 'k' }, documented)).toEqual({ key: 'k', value: null });
    expect(checkPairForDelete({ key: 'k', value: '' }, documented)).toEqual({ key: 'k', value: '' });
  });

  test.each(['', ' ', ' \t\n'])('the key %j is blank', (key) => {
    expect(outcome(() => checkPairForDelete({ key }, documented))).toBe('key-blank');
    expect(
      outcome(() => {
        requireValidKey(key, documented);
      }),
    ).toBe('key-blank');
  });

  test.each(['a\u0000', '\ud83d', '\ude00'])('%j is no text', (text) => {
    expect(outcome(() => checkPairForDelete({ key: text }, documented))).toBe('not-text');
    expect(outcome(() => checkPairForDelete({ key: 'k', value: text }, documented))).toBe('not-text');
  });
});

test.each([
  ['a.b', 'a', 'b'],
  ['a.b.c', 'a', 'b.c'],
  ['abc', 'abc', ''],
  ['a.', 'a', ''],
  ['.b', '', 'b'],
  ['', '', ''],
  ['a=b', 'a=b', ''],
])('the dotted spelling %j is the pair (%j, %j)', (text, key, value) => {
  expect(pairFromDotted(text)).toEqual({ key, value });
});

test('a pair is written with a dot only when it has a value', () => {
  expect(dottedFromPair({ key: 'a', value: 'b.c' })).toBe('a.b.c');
  expect(dottedFromPair({ key: 'a', value: '' })).toBe('a');
});

test('every pair that can be created is read again from its text', () => {
  for (const pair of [
    { key: 'a.b', value: 'c' },
    { key: 'a', value: '' },
    { key: '键', value: 'x/y' },
  ]) {
    expect(tagFromName(tagFromPair(checkPairForCreate(pair, wide)).name)).toMatchObject(pair);
  }
});

test('two texts of one pair are shown once, two values of one key twice', () => {
  const tags = ['a', 'a=', 'a=b', 'a=c'].map(tagFromName);
  expect(distinctPairs(tags)).toEqual([
    { key: 'a', value: '' },
    { key: 'a', value: 'b' },
    { key: 'a', value: 'c' },
  ]);
});

test('the text that stands twice is found', () => {
  expect(firstDuplicate(['a', 'b', 'a'])).toBe('a');
  expect(firstDuplicate(['a', 'b', 'A'])).toBeUndefined();
});

test('a batch delete goes by value or by key alone, as it is set', () => {
  const pairs = [{ key: 'a', value: 'x' }, { key: 'b', value: '' }, { key: 'c', value: null }, { key: 'd' }];
  expect(toPairSelectors(pairs, 'match-value').map(({ value }) => value)).toEqual(['x', null, null, null]);
  expect(toPairSelectors(pairs, 'by-key-only').map(({ value }) => value)).toEqual([null, null, null, null]);
});
