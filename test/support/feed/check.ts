import { nameOf, type SeenChange, type SeenEvent } from './seen';
import type { Trace } from './writers';

/** All that is known of an image at the end, when its writers have stopped. */
export interface ImageFacts {
  readonly id: string;
  /** Its history, oldest first, from its creation on. */
  readonly history: readonly SeenChange[];
  readonly tags: readonly string[];
}

export type FeedFaultKind =
  | 'missing'
  | 'double'
  | 'order'
  | 'history'
  | 'replay'
  | 'acknowledged'
  | 'resumed'
  | 'between readers'
  | 'late';

export interface FeedFault {
  readonly kind: FeedFaultKind;
  readonly story: string;
}

const textOf = (names: readonly string[]): string => [...names].sort().join(' ');

/** One reader's events against the history and the present tags. */
export function faultsOfReader(events: readonly SeenEvent[], images: readonly ImageFacts[]): FeedFault[] {
  const ofImage = new Map<string, SeenEvent[]>(images.map(({ id }) => [id, []]));
  for (const event of events) ofImage.get(event.image)?.push(event);
  return images.flatMap((image) => faultsOfImage(ofImage.get(image.id) ?? [], image));
}

function faultsOfImage(events: readonly SeenEvent[], image: ImageFacts): FeedFault[] {
  const faults: FeedFault[] = [];
  const seen = new Map<number, SeenEvent>();
  let last = 0;
  for (const event of events) {
    if (seen.has(event.revision)) faults.push({ kind: 'double', story: nameOf(event) });
    else if (event.revision < last) {
      faults.push({ kind: 'order', story: `${nameOf(event)} after ${String(last)}` });
    }
    seen.set(event.revision, event);
    last = Math.max(last, event.revision);
  }
  return [...faults, ...againstHistory(seen, image), ...replayed(events, image)];
}

function againstHistory(seen: ReadonlyMap<number, SeenEvent>, { id, history }: ImageFacts): FeedFault[] {
  const known = new Map(history.map((change) => [change.revision, change]));
  const faults: FeedFault[] = [];
  for (const [index, change] of history.entries()) {
    const event = seen.get(change.revision);
    if (change.revision !== index + 1)
      faults.push({ kind: 'history', story: `${nameOf(change)} follows a gap` });
    if (!event) faults.push({ kind: 'missing', story: nameOf(change) });
    else if (wordsOf(event) !== wordsOf(change)) {
      faults.push({
        kind: 'history',
        story: `${wordsOf(event)} in the feed, ${wordsOf(change)} in the history`,
      });
    }
  }
  for (const revision of seen.keys()) {
    if (!known.has(revision))
      faults.push({ kind: 'history', story: `${id} has no revision ${String(revision)}` });
  }
  return faults;
}

function wordsOf(change: SeenChange): string {
  return `${nameOf(change)}: +[${textOf(change.added)}] -[${textOf(change.removed)}]`;
}

/** From the empty set each event must lead to its `tags`, and the last one to the present. */
function replayed(events: readonly SeenEvent[], { id, tags }: ImageFacts): FeedFault[] {
  const faults: FeedFault[] = [];
  const set = new Set<string>();
  for (const event of events) {
    const isPossible =
      event.removed.every((name) => set.delete(name)) && !event.added.some((name) => set.has(name));
    for (const name of event.added) set.add(name);
    if (!isPossible || textOf([...set]) !== textOf(event.tags)) {
      faults.push({
        kind: 'replay',
        story: `${wordsOf(event)} leads to [${textOf([...set])}], not [${textOf(event.tags)}]`,
      });
      return faults;
    }
  }
  if (textOf([...set]) !== textOf(tags)) {
    faults.push({
      kind: 'replay',
      story: `${id} ends with [${textOf([...set])}], and has [${textOf(tags)}]`,
    });
  }
  return faults;
}

/** What was acknowledged happened once, what was refused never, what is unknown once at most. */
export function faultsOfTraces(events: readonly SeenEvent[], traces: readonly Trace[]): FeedFault[] {
  const [added, removed] = [new Map<string, number>(), new Map<string, number>()];
  for (const event of events) {
    for (const name of event.added) added.set(name, (added.get(name) ?? 0) + 1);
    for (const name of event.removed) removed.set(name, (removed.get(name) ?? 0) + 1);
  }
  return traces.flatMap(({ text, what, put, removed: gone }) => [
    ...faultOfCall(`put of ${what}`, put, added.get(text) ?? 0),
    ...faultOfCall(`removal of ${what}`, gone, removed.get(text) ?? 0),
  ]);
}

function faultOfCall(what: string, heard: Trace['removed'], times: number): FeedFault[] {
  const story = `${what}: ${String(heard)}, ${String(times)} times in the feed`;
  // Texts whose put had no answer stay, so an image may reach the limit of Huawei's dialects. Nothing else may be refused.
  if (typeof heard === 'number' && (heard !== 400 || times > 0)) return [{ kind: 'acknowledged', story }];
  const most = heard === 'done' || heard === 'unknown' ? 1 : 0;
  const least = heard === 'done' ? 1 : 0;
  return times < least || times > most ? [{ kind: 'acknowledged', story }] : [];
}

/** The feed has one order, whichever gateway is asked. */
export function faultsBetween(first: readonly SeenEvent[], other: readonly SeenEvent[]): FeedFault[] {
  for (let index = 0; index < Math.min(first.length, other.length); index++) {
    const [one, two] = [first[index], other[index]];
    if (!one || !two || (one.id === two.id && nameOf(one) === nameOf(two))) continue;
    return [{ kind: 'between readers', story: `event ${String(index)}: ${nameOf(one)}, and ${nameOf(two)}` }];
  }
  return [];
}
