import { setImmediate as turn } from 'node:timers/promises';
import { wakeAll } from '../../src/core/feed-watch';

test('many readers are woken some at a time, so that requests come between; each is woken once', async () => {
  const woken: number[] = [];
  const waiting = new Set(Array.from({ length: 250 }, (_, n) => () => void woken.push(n)));
  wakeAll(waiting);
  expect([waiting.size, woken.length]).toEqual([0, 100]);
  await turn();
  expect(woken).toHaveLength(200);
  await turn();
  await turn();
  expect(woken).toEqual(Array.from({ length: 250 }, (_, n) => n));
});
