import { type Instant, instantFromMicros } from '../../src/core/clock';
import { LookupCache } from '../../src/identity/lookup-cache';
import { WrongSignatureDelay } from '../../src/identity/signatures/wrong-signature-delay';

/** A clock that goes only when told to. */
class StillClock {
  micros = 1_800_000_000_000_000;
  now(): Instant {
    return instantFromMicros(this.micros);
  }
  pass(seconds: number): void {
    this.micros += seconds * 1_000_000;
  }
}

describe('what was looked up', () => {
  test('is kept for its seconds and no longer', async () => {
    const clock = new StillClock();
    const cache = new LookupCache<string>(clock, 10, 5);
    await cache.load('a', () => Promise.resolve('first'));
    clock.pass(4.999);
    expect(cache.get('a', clock.now())).toBe('first');
    clock.pass(0.001);
    expect(cache.get('a', clock.now())).toBeUndefined();
  });

  test('is not believed after the clock was set back', async () => {
    const clock = new StillClock();
    const cache = new LookupCache<string>(clock, 10, 5);
    await cache.load('a', () => Promise.resolve('first'));
    clock.pass(-3600);
    expect(cache.get('a', clock.now())).toBeUndefined();
  });

  test('is looked up once for many who ask at once', async () => {
    const cache = new LookupCache<string>(new StillClock(), 10, 5);
    let looks = 0;
    const look = async (): Promise<string> => {
      looks++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return 'found';
    };
    const found = await Promise.all(Array.from({ length: 20 }, () => cache.load('a', look)));
    expect(new Set(found)).toEqual(new Set(['found']));
    expect(looks).toBe(1);
  });

  test('before a clearing is neither kept nor given to who asks after it', async () => {
    const clock = new StillClock();
    const cache = new LookupCache<string>(clock, 10, 5);
    let release: (value: string) => void = () => undefined;
    const old = cache.load('a', () => new Promise((resolve) => (release = resolve)));
    cache.clear();
    const fresh = cache.load('a', () => Promise.resolve('after'));
    release('before');
    expect(await old).toBe('before');
    expect(await fresh).toBe('after');
    expect(cache.get('a', clock.now())).toBe('after');
  });

  test('and failed is looked up again', async () => {
    const cache = new LookupCache<string>(new StillClock(), 10, 5);
    await expect(cache.load('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.load('a', () => Promise.resolve('back'))).toBe('back');
  });

  test('is bounded in number', async () => {
    const clock = new StillClock();
    const cache = new LookupCache<number>(clock, 3, 5);
    for (let i = 0; i < 10; i++) await cache.load(String(i), () => Promise.resolve(i));
    const kept = Array.from({ length: 10 }, (_, i) => cache.get(String(i), clock.now())).filter(
      (one) => one !== undefined,
    );
    expect(kept).toEqual([7, 8, 9]);
  });
});

describe('a wrong signature', () => {
  test('is answered at once at first, then later and later, up to half a second', () => {
    const slowdown = new WrongSignatureDelay(3);
    const delays = Array.from({ length: 40 }, () => slowdown.failed('a', 0));
    expect(delays.slice(0, 5)).toEqual([0, 0, 0, 25, 50]);
    expect(delays.at(-1)).toBe(500);
    expect(slowdown.failed('b', 0)).toBe(0);
    expect(slowdown.failed('a', 61)).toBe(0);
  });

  test('is never held back with 0', () => {
    const slowdown = new WrongSignatureDelay(0);
    expect(Math.max(...Array.from({ length: 100 }, () => slowdown.failed('a', 0)))).toBe(0);
  });
});
