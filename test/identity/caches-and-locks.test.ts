import { type Instant, instantOf } from '../../src/core/clock';
import { FreshCache } from '../../src/identity/fresh-cache';
import { Lockout } from '../../src/identity/embedded/lockout';

/** A clock that goes only when told to. */
class StillClock {
  micros = 1_800_000_000_000_000;
  now(): Instant {
    return instantOf(this.micros);
  }
  pass(seconds: number): void {
    this.micros += seconds * 1_000_000;
  }
}

describe('what was looked up', () => {
  test('is kept for its seconds and no longer', async () => {
    const clock = new StillClock();
    const cache = new FreshCache<string>(clock, 10, 5);
    await cache.load('a', () => Promise.resolve('first'));
    clock.pass(4.999);
    expect(cache.get('a', clock.now())).toBe('first');
    clock.pass(0.001);
    expect(cache.get('a', clock.now())).toBeUndefined();
  });

  test('is not believed after the clock was set back', async () => {
    const clock = new StillClock();
    const cache = new FreshCache<string>(clock, 10, 5);
    await cache.load('a', () => Promise.resolve('first'));
    clock.pass(-3600);
    expect(cache.get('a', clock.now())).toBeUndefined();
  });

  test('is looked up once for many who ask at once', async () => {
    const cache = new FreshCache<string>(new StillClock(), 10, 5);
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
    const cache = new FreshCache<string>(clock, 10, 5);
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
    const cache = new FreshCache<string>(new StillClock(), 10, 5);
    await expect(cache.load('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.load('a', () => Promise.resolve('back'))).toBe('back');
  });

  test('is bounded in number', async () => {
    const clock = new StillClock();
    const cache = new FreshCache<number>(clock, 3, 5);
    for (let i = 0; i < 10; i++) await cache.load(String(i), () => Promise.resolve(i));
    const kept = Array.from({ length: 10 }, (_, i) => cache.get(String(i), clock.now())).filter(
      (one) => one !== undefined,
    );
    expect(kept).toEqual([7, 8, 9]);
  });
});

describe('a lockout after 3 failures for 60 seconds', () => {
  const rule = { failures: 3, seconds: 60 };

  test('locks at the third failure in a row and opens after its time', () => {
    const lockout = new Lockout(rule);
    lockout.failed('a', 0);
    lockout.failed('a', 1);
    expect(lockout.isLocked('a', 1)).toBe(false);
    lockout.failed('a', 2);
    expect(lockout.isLocked('a', 2)).toBe(true);
    expect(lockout.isLocked('b', 2)).toBe(false);
    lockout.failed('a', 30);
    expect(lockout.isLocked('a', 61)).toBe(true);
    expect(lockout.isLocked('a', 62)).toBe(false);
    lockout.failed('a', 63);
    expect(lockout.isLocked('a', 63)).toBe(false);
  });

  test('forgets failures at a success', () => {
    const lockout = new Lockout(rule);
    for (let i = 0; i < 10; i++) {
      lockout.failed('a', i);
      lockout.failed('a', i);
      lockout.succeeded('a');
    }
    expect(lockout.isLocked('a', 10)).toBe(false);
  });

  test('of 0 failures never locks', () => {
    const lockout = new Lockout({ failures: 0, seconds: 60 });
    for (let i = 0; i < 100; i++) lockout.failed('a', i);
    expect(lockout.isLocked('a', 100)).toBe(false);
  });

  test('keeps no more than ten thousand names', () => {
    const lockout = new Lockout({ failures: 1, seconds: 60 });
    for (let i = 0; i < 10_001; i++) lockout.failed(String(i), 0);
    expect(lockout.isLocked('0', 1)).toBe(false);
    expect(lockout.isLocked('10000', 1)).toBe(true);
  });
});
