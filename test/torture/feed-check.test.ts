import { faultsBetween, faultsOfReader, faultsOfTraces } from '../support/feed/check';
import { ReaderLog } from '../support/feed/reader-log';
import type { SeenEvent } from '../support/feed/seen';
import type { Trace } from '../support/feed/writers';

function event(revision: number, added: string[], removed: string[], tags: string[], image = 'i'): SeenEvent {
  return { id: `${image}-${String(revision)}`, image, revision, added, removed, tags };
}

const made = event(1, ['a'], [], ['a']);
const more = event(2, ['b'], [], ['a', 'b']);
const less = event(3, [], ['a'], ['b']);
const whole = [made, more, less];
const image = { id: 'i', history: whole, tags: ['b'] };
const kinds = (events: readonly SeenEvent[], facts: object = {}): string[] =>
  faultsOfReader(events, [{ ...image, ...facts }]).map(({ kind }) => kind);

test('a feed that equals the history and leads to the tags is well', () => {
  expect(kinds(whole)).toEqual([]);
  expect(kinds([event(1, [], [], [], 'another'), ...whole])).toEqual([]);
});

test.each<[string, readonly SeenEvent[], object, string]>([
  ['has a gap', [made, less], {}, 'missing'],
  ['ends early', [made, more], {}, 'missing'],
  ['has one twice', [made, more, more, less], {}, 'double'],
  ['has two in the wrong order', [made, less, more], {}, 'order'],
  ['has one that the history lacks', [...whole, event(4, ['c'], [], ['b', 'c'])], {}, 'history'],
  ['says something else than the history', [made, event(2, ['c'], [], ['a', 'c']), less], {}, 'history'],
  ['has a gap with the history', [made, less], { history: [made, less] }, 'history'],
  ['says the wrong whole set', [made, event(2, ['b'], [], ['b']), less], {}, 'replay'],
  ['removes what is not there', [made, event(2, ['b'], ['x'], ['a', 'b']), less], {}, 'replay'],
  ['adds what is there', [made, event(2, ['a', 'b'], [], ['a', 'b']), less], {}, 'replay'],
  ['leads elsewhere than to the present', whole, { tags: ['a', 'b'] }, 'replay'],
])('a feed that %s is found out', (_, events, facts, kind) => {
  expect(kinds(events, facts)).toContain(kind);
});

test.each<[Trace['put'], number, boolean]>([
  ['done', 0, false],
  ['done', 1, true],
  ['done', 2, false],
  ['unknown', 0, true],
  ['unknown', 1, true],
  ['unknown', 2, false],
  [404, 0, false],
])('a put that was heard as %s may be %i times in the feed: %s', (put, times, isWell) => {
  const events = Array.from({ length: times }, (_, at) => event(at + 1, ['t'], [], ['t']));
  const faults = faultsOfTraces(events, [{ text: 't', what: 't', put, removed: 'not tried' }]);
  expect(faults.length === 0).toBe(isWell);
});

test('readers who see two orders of images are found out', () => {
  const other = event(1, ['x'], [], ['x'], 'j');
  expect(faultsBetween([made, other, more], [made, other])).toEqual([]);
  expect(faultsBetween([made, other, more], [made, more, other])).toMatchObject([
    { kind: 'between readers' },
  ]);
});

test('a reader who resumes must see again what was seen before', () => {
  const log = new ReaderLog('start');
  log.resume(null);
  log.see(made);
  log.mark('after the first');
  log.see(more);
  expect(log.resume(null)).toBe('after the first');
  log.see(more);
  log.see(less);
  expect([log.events, log.faults]).toEqual([whole, []]);
  log.resume(null);
  log.see(less);
  expect(log.faults).toEqual([expect.stringContaining('revision 3')]);
});
