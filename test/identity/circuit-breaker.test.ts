import { CircuitBreaker } from '../../src/identity/circuit-breaker';

function aBreaker() {
  const moves: string[] = [];
  const time = { now: 0 };
  const breaker = new CircuitBreaker(
    { failures: 3, resetTimeoutMs: 1000 },
    (state) => moves.push(state),
    () => time.now,
  );
  const fail = (): Promise<unknown> =>
    breaker.run(() => Promise.reject(new Error('down'))).catch((error: unknown) => (error as Error).message);
  const work = (): Promise<unknown> =>
    breaker.run(() => Promise.resolve('done')).catch((error: unknown) => (error as Error).name);
  return { breaker, moves, time, fail, work };
}

test('failures in a row open it, a success in between does not let them add up', async () => {
  const { fail, work, moves } = aBreaker();
  await fail();
  await fail();
  expect(await work()).toBe('done');
  await fail();
  await fail();
  expect(moves).toEqual([]);
  await fail();
  expect(moves).toEqual(['away']);
  expect(await work()).toBe('Unavailable');
});

test('after the pause one attempt is let through at a time, and a success closes it', async () => {
  const { breaker, fail, work, time, moves } = aBreaker();
  for (let turn = 0; turn < 3; turn++) await fail();
  time.now = 1001;
  let finish: (value: string) => void = () => undefined;
  const probe = breaker.run(() => new Promise<string>((resolve) => (finish = resolve)));
  expect(await work()).toBe('Unavailable');
  finish('alive');
  expect(await probe).toBe('alive');
  expect(await work()).toBe('done');
  expect(moves).toEqual(['away', 'back']);
});

test('an attempt that fails begins another pause, without telling again', async () => {
  const { fail, work, time, moves } = aBreaker();
  for (let turn = 0; turn < 3; turn++) await fail();
  time.now = 1001;
  expect(await fail()).toBe('down');
  expect(await work()).toBe('Unavailable');
  time.now = 2002;
  expect(await work()).toBe('done');
  expect(moves).toEqual(['away', 'back']);
});
