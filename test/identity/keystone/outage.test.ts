import { defaultTimeoutMs } from '../../../src/identity/keystone/client';
import { FakeKeystone, type Mood } from '../../support/fake-keystone';
import { before, type SomeKeystone, timed } from './some-keystone';
import { allowed } from '../../support/allowed';

let keystone: FakeKeystone;
let here: SomeKeystone;

beforeEach(async () => {
  keystone = new FakeKeystone();
  await keystone.start();
  here = before(keystone, { timeoutMs: defaultTimeoutMs });
});
afterEach(async () => {
  await here.identity.close();
  await keystone.stop();
});

const away: [string, Mood | 'stopped'][] = [
  ['is stopped', 'stopped'],
  ['hangs', 'hangs'],
  ['cuts connections', 'resets'],
  ['answers 500', { status: 500 }],
  ['answers 503', { status: 503 }],
  ['answers 429', { status: 429 }],
  ['refuses the question with 403', { status: 403 }],
];

test.each(away)(
  'when Keystone %s, known tokens stay good and new ones are told so within 3 s',
  async (_, mood) => {
    const known = keystone.aToken();
    expect(await here.show(known)).toHaveProperty('caller');
    if (mood === 'stopped') await keystone.stop();
    else keystone.mood = mood;
    const fresh = await timed(here.show(keystone.aToken()));
    expect(fresh.error).toMatchObject({ name: 'Unavailable', outcome: 'not-done' });
    expect(fresh.ms).toBeLessThan(allowed(3000));
    expect((await timed(here.show(known))).value).toHaveProperty('caller');
  },
);

test('an error is never remembered: a token that could not be asked for is good as soon as Keystone answers', async () => {
  const text = keystone.aToken();
  keystone.mood = { status: 500 };
  await expect(here.show(text)).rejects.toMatchObject({ name: 'Unavailable' });
  keystone.mood = 'well';
  expect(await here.show(text)).toHaveProperty('caller');
});

test.each<[string, Mood]>([
  ['a cut connection', 'resets'],
  ['an answer 500', { status: 500 }],
])('%s is tried again, and nobody notices', async (_, mood) => {
  await here.show(keystone.aToken());
  keystone.next.push(mood, mood);
  expect(await here.show(keystone.aToken())).toHaveProperty('caller');
});

test('under load a Keystone that hangs costs each request 3 s at most, and later ones nothing', async () => {
  await here.show(keystone.aToken());
  keystone.mood = 'hangs';
  const found = await Promise.all(Array.from({ length: 500 }, () => timed(here.show(keystone.aToken()))));
  expect(found.every(({ error }) => error?.name === 'Unavailable')).toBe(true);
  expect(Math.max(...found.map(({ ms }) => ms))).toBeLessThan(allowed(3000));
  expect(keystone.mostAtOnce).toBeLessThanOrEqual(17);
  // The breaker is open: the rest are refused without a call, whatever the machine's load makes of their time.
  const calls = keystone.calls.length;
  const later = await Promise.all(Array.from({ length: 500 }, () => timed(here.show(keystone.aToken()))));
  expect(later.every(({ error }) => error?.name === 'Unavailable')).toBe(true);
  expect(keystone.calls.length - calls).toBeLessThan(10);
});

test.each<[string, () => Promise<void>, () => Promise<void>]>([
  ['was killed', () => keystone.stop(), () => keystone.start()],
  [
    'was stalled',
    () => {
      keystone.mood = 'hangs';
      return Promise.resolve();
    },
    () => {
      keystone.mood = 'well';
      return Promise.resolve();
    },
  ],
])('when Keystone %s and is back, new tokens are taken within 5 s', async (_, goes, returns) => {
  await here.show(keystone.aToken());
  await goes();
  await Promise.all(Array.from({ length: 50 }, () => timed(here.show(keystone.aToken()))));
  await returns();
  const begun = performance.now();
  for (;;) {
    const { value } = await timed(here.show(keystone.aToken()));
    if (value && 'caller' in value) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(performance.now() - begun).toBeLessThan(allowed(5000));
  }
  expect(performance.now() - begun).toBeLessThan(allowed(5000));
});

test('operators are told once that it is away and once that it is back', async () => {
  await keystone.stop();
  for (let turn = 0; turn < 10; turn++) await timed(here.show(keystone.aToken()));
  await keystone.start();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await here.show(keystone.aToken());
  const told = here.told.map(({ message }) => message);
  expect(told).toEqual([
    expect.stringContaining('does not answer'),
    expect.stringContaining('answers again'),
  ]);
});
