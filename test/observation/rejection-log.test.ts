import type { Logger } from 'winston';
import { RejectionLog } from '../../src/observation/rejection-log';

const told: unknown[] = [];
const log = new RejectionLog({ warn: (...line: unknown[]) => told.push(line) } as unknown as Logger);

beforeEach(() => {
  told.length = 0;
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('what was rejected in a second is one line for each dialect', () => {
  for (let count = 0; count < 3; count++) log.rejected('huawei-images');
  log.rejected('identity-v3');
  expect(told).toEqual([]);
  jest.advanceTimersByTime(1_000);
  expect(told).toEqual([
    ['requests rejected', { dialect: 'huawei-images', requests: 3 }],
    ['requests rejected', { dialect: 'identity-v3', requests: 1 }],
  ]);
  jest.advanceTimersByTime(10_000);
  expect(told).toHaveLength(2);
});

test('what was not written yet is written at the end, and once', () => {
  log.rejected('identity-v3');
  log.flush();
  expect(told).toEqual([['requests rejected', { dialect: 'identity-v3', requests: 1 }]]);
  jest.advanceTimersByTime(10_000);
  expect(told).toHaveLength(1);
});
