import type { FeedEvent } from '../../src/core/feed';
import { KeptEvents } from '../../src/core/kept-events';

const by = {
  ...{ userId: 'u', userName: 'u', projectId: 'p', dialect: 'tagway', operation: 'patchTags' },
  ...{ requestId: null, accessKey: null },
};

function events(from: number, count: number, tag = 'a'): FeedEvent[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ projectId: 'p', imageId: 'i', revision: from + n, position: from + n, at: '2026-11-27Z' },
    ...{ added: [], removed: [], tags: [tag], reverts: null, batch: null, by },
  }));
}

const positions = (found: readonly FeedEvent[] | undefined) => found?.map(({ position }) => position);

test('readers at one place get one page, until there is more', () => {
  const kept = new KeptEvents();
  kept.append(events(11, 3));
  const page = kept.behind(11, 500);
  expect(positions(page)).toEqual([12, 13]);
  expect(kept.behind(11, 500)).toBe(page);
  expect(positions(kept.behind(11, 1))).toEqual([12]);
  const full = kept.behind(12, 1);
  kept.append(events(14, 1));
  expect(kept.behind(12, 1)).toBe(full);
  expect(positions(kept.behind(11, 500))).toEqual([12, 13, 14]);
  expect([positions(kept.behind(10, 2)), kept.behind(9, 2)]).toEqual([[11, 12], undefined]);
});

test('the latest two thousand are kept, or as many as four Mi characters', () => {
  const kept = new KeptEvents();
  kept.append(events(1, 1_500));
  kept.append(events(1_501, 1_500));
  expect([kept.behind(999, 1), positions(kept.behind(1_000, 1))]).toEqual([undefined, [1_001]]);
  kept.append(events(3_001, 100, 'x'.repeat(100_000)));
  const first = 3_101 - Math.floor((4 * 1024 * 1024) / 100_500);
  expect([kept.behind(first - 2, 1), positions(kept.behind(first - 1, 1))]).toEqual([undefined, [first]]);
  kept.append(events(3_101, 1, 'x'.repeat(5_000_000)));
  expect(kept.behind(3_100, 1)).toBeUndefined();
  kept.append(events(3_102, 1));
  expect(positions(kept.behind(3_101, 1))).toEqual([3_102]);
});

test('nothing of a feed that began anew is kept', () => {
  const kept = new KeptEvents();
  kept.append(events(1, 3));
  kept.clear();
  expect(kept.behind(0, 1)).toBeUndefined();
  kept.append(events(9, 1));
  expect(positions(kept.behind(8, 1))).toEqual([9]);
});
