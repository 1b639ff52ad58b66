import { AdmissionControl } from '../../src/http/admission';

/** An admission whose clock stands still until it is told to go on. */
function admission(bounds: Partial<{ floor: number; most: number; wait: number }> = {}) {
  let now = 5_000;
  const made = new AdmissionControl({ floor: 128, most: 1000, wait: 250, ...bounds }, () => now);
  return {
    limit: () => made.limit,
    pass: (milliseconds: number) => (now += milliseconds),
    /** So many answers a second, evenly, for so many seconds. */
    answer: (rate: number, seconds: number) => {
      for (let count = 0; count < rate * seconds; count++) {
        now += 1000 / rate;
        made.answered();
      }
    },
  };
}

test('before the first answer as many are let in as always may be', () => {
  expect(admission().limit()).toBe(128);
});

test('as many are let in as are answered in the time that one may wait', () => {
  const { answer, limit } = admission();
  answer(2000, 5);
  expect(limit()).toBeGreaterThan(485);
  expect(limit()).toBeLessThan(515);
});

test('a slow gateway lets in no fewer than always may be, and a quick one no more than the most', () => {
  const slow = admission();
  slow.answer(100, 5);
  expect(slow.limit()).toBe(128);
  const quick = admission();
  quick.answer(20_000, 5);
  expect(quick.limit()).toBe(1000);
});

test('the most holds also where it is less than what always may be', () => {
  expect(admission({ most: 4 }).limit()).toBe(4);
});

test('it follows a change of pace within some seconds', () => {
  const { answer, limit } = admission();
  answer(4000, 5);
  expect(limit()).toBeGreaterThan(950);
  answer(1000, 3);
  expect(limit()).toBeLessThan(300);
  answer(3000, 3);
  expect(limit()).toBeGreaterThan(650);
});

test('when nothing is answered any more, what was before is forgotten', () => {
  const { answer, limit, pass } = admission();
  answer(3000, 5);
  expect(limit()).toBeGreaterThan(700);
  pass(3_000);
  expect(limit()).toBe(128);
  pass(1e9);
  expect(limit()).toBe(128);
});
