import type { Logger } from 'winston';
import { SheddingLog } from '../../src/logging/shedding-log';

const told: unknown[] = [];
const log = new SheddingLog({ warn: (...line: unknown[]) => told.push(line) } as unknown as Logger);

beforeEach(() => {
  told.length = 0;
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('what was sent away in a second is one line for each dialect', () => {
  for (let count = 0; count < 3; count++) log.sentAway('huawei-images');
  log.sentAway('identity-v3');
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1_000);
  expect(told).toEqual([
    ['requests sent away', { dialect: 'huawei-images', requests: 3 }],
    ['requests sent away', { dialect: 'identity-v3', requests: 1 }],
  ]);
  jest.advanceTimersByTime(10_000);
  expect(told).toHaveLength(2);
});

test('what was not told yet is told at the end, and once', () => {
  log.sentAway('identity-v3');
  log.tell();
  expect(told).toEqual([['requests sent away', { dialect: 'identity-v3', requests: 1 }]]);
  jest.advanceTimersByTime(10_000);
  expect(told).toHaveLength(1);
});
