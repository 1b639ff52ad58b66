import { type Fact, faultOf, Record, type RecordedCall, type WatchedImage } from '../support/history';
import { checkHistory, type Effect } from '../support/linearizability';
import { Random } from '../support/random';
import { TagSpace } from '../support/tag-space';

const tags = new TagSpace('k', 2);
const [a = '', a1 = '', b = '', b1 = ''] = tags.texts;

/** What one client did from one moment to another. */
const call = (from: number, to: number, effect: Effect<number>, isLast = false): RecordedCall => ({
  ...{ from, to, effect, isLast },
  what: `call at ${String(from)}`,
  heard: '204',
});
const never = Infinity;

function verdictOn(...calls: RecordedCall[]): string {
  return faultOf({ id: 'image', tags, atFirst: tags.empty, calls })?.kind ?? 'linearizable';
}

test('calls one after another are legal when each sees what the one before has left', () => {
  expect(
    verdictOn(
      call(0, 1, tags.put(a)),
      call(2, 3, tags.shown([a])),
      call(4, 5, tags.set([{ key: 'k-a', value: '1' }])),
      call(6, 7, tags.shown([a1])),
      call(8, 9, tags.removed({ key: 'k-a' })),
      call(10, 11, tags.missing(a1)),
      call(12, 13, tags.shown([])),
    ),
  ).toBe('linearizable');
});

test('calls at once may happen in either order, but all readers see the same one', () => {
  const writers = [call(0, 10, tags.put(a)), call(0, 10, tags.put(b))];
  expect(verdictOn(...writers, call(1, 2, tags.shown([a])))).toBe('linearizable');
  expect(verdictOn(...writers, call(1, 2, tags.shown([b])))).toBe('linearizable');
  expect(verdictOn(...writers, call(1, 2, tags.shown([a])), call(3, 4, tags.shown([b])))).toBe(
    'non-linearizable',
  );
});

test('a lost write is found, and said to be lost when only the last read tells', () => {
  const put = call(0, 1, tags.put(a));
  expect(verdictOn(put, call(2, 3, tags.shown([])))).toBe('non-linearizable');
  expect(verdictOn(put, call(2, 3, tags.shown([]), true))).toBe('lost');
});

test('a stale read is found', () => {
  const change = [call(0, 1, tags.put(a)), call(2, 3, tags.removed(a))];
  expect(verdictOn(...change, call(4, 5, tags.shown([a])))).toBe('non-linearizable');
  expect(verdictOn(...change, call(2.5, 5, tags.shown([a])))).toBe('linearizable');
});

test('a tag that comes back is found, unless a write without an answer may have brought it', () => {
  const gone = [call(0, 1, tags.put(a)), call(2, 3, tags.removed(a)), call(4, 5, tags.shown([]))];
  const back = call(6, 7, tags.has(a, true));
  expect(verdictOn(...gone, back)).toBe('non-linearizable');
  expect(verdictOn(...gone, back, call(1, never, tags.put(a)))).toBe('linearizable');
});

test('a write without an answer may happen late, once, or never, but not before it was asked', () => {
  const late = call(0, never, tags.put(a));
  const reads = [call(1, 2, tags.shown([])), call(3, 4, tags.shown([a]))];
  expect(verdictOn(late, ...reads)).toBe('linearizable');
  expect(verdictOn(late, call(1, 2, tags.shown([])))).toBe('linearizable');
  expect(verdictOn({ ...late, from: 5 }, ...reads)).toBe('non-linearizable');
  const twice = [...reads, call(5, 6, tags.removed(a)), call(7, 8, tags.shown([a]))];
  expect(verdictOn(late, ...twice)).toBe('non-linearizable');
  expect(verdictOn(late, late, ...twice)).toBe('linearizable');
});

test('a batch of which a reader saw a part is found', () => {
  const pairs = [
    { key: 'k-a', value: '1' },
    { key: 'k-b', value: '1' },
  ];
  const torn = [call(0, 10, tags.set(pairs)), call(1, 2, tags.shown([a1]))];
  expect(verdictOn(...torn)).toBe('non-linearizable');
  expect(verdictOn(torn[0] as RecordedCall, call(1, 2, tags.shown([a1, b1])))).toBe('linearizable');
  // The search over the whole image sees it also when each reader looks at one tag.
  expect(
    verdictOn(...[torn[0] as RecordedCall, call(1, 2, tags.has(a1, true)), call(3, 4, tags.has(b1, false))]),
  ).toBe('non-linearizable');
});

test('two removals of one tag cannot both have removed it', () => {
  const removals = [call(2, 5, tags.removed(a)), call(3, 4, tags.removed(a))];
  expect(verdictOn(call(0, 1, tags.put(a)), ...removals)).toBe('non-linearizable');
});

test('"was not there" is found wrong when a removal without an answer is needed but came later', () => {
  const put = call(0, 1, tags.put(a));
  const missing = call(2, 3, tags.missing(a));
  expect(verdictOn(put, missing)).toBe('non-linearizable');
  expect(verdictOn(put, missing, call(1, never, tags.dropped(a)))).toBe('linearizable');
  expect(verdictOn(put, missing, call(4, never, tags.dropped(a)))).toBe('non-linearizable');
});

test('a text that was only ever refused cannot be seen', () => {
  expect(verdictOn(call(0, 1, tags.shown(['not!allowed'])))).toBe('non-linearizable');
});

test('the story of a fault names the call and the states that were possible', () => {
  const image: WatchedImage = { id: 'x', tags, atFirst: 0, calls: [call(0, 1, tags.put(a))] };
  image.calls.push(call(2, 3, tags.shown([])));
  expect(faultOf(image)?.story).toMatch(/call at 2 → 204\n {2}possible before: \{k-a\}/);
});

test('a search that would keep too many ways says that it knows nothing', () => {
  const calls = Array.from({ length: 14 }, (_, bit) => ({
    ...{ from: 0, to: Infinity },
    effect: (state: number) => state | (1 << bit),
  }));
  const asked = { from: 1, to: 2, effect: (state: number) => (state === 2 ** 14 ? state : undefined) };
  expect(checkHistory([...calls, asked], 0, 100).kind).toBe('undecided');
});

/** Plays clients against one image in memory, in which each call happens at one moment or never. */
function simulated(seed: number, openEnds = 0.1): WatchedImage {
  const random = new Random(seed);
  const image: WatchedImage = { id: 'simulated', tags, atFirst: 0, calls: [] };
  let state = 0;
  const clients = [0, 0, 0, 0];
  const effects = (): Effect<number>[] => [
    tags.put(random.oneOf(tags.texts)),
    tags.dropped(random.oneOf(tags.texts)),
    tags.set(random.someOf(tags.keys).map((key) => ({ key, value: random.oneOf(['', '1']) }))),
  ];
  const pending: { at: number; run: () => void }[] = [];
  for (const client of clients.keys()) {
    for (let now = random.next(); now < 60;) {
      const from = now;
      const at = from + random.next() * 3;
      const to = at + random.next() * 3;
      const isKnown = random.next() > openEnds;
      const effect = random.next() < 0.5 ? random.oneOf(effects()) : null;
      const happens = isKnown || random.next() < 0.5;
      // Without an answer it may also happen long after the client went on.
      const moment = isKnown ? at : at + random.next() * 20;
      pending.push({
        at: moment,
        run: () => {
          const seen = tags.shown(tags.textsOf(state));
          if (effect && happens) state = effect(state) ?? state;
          const kept = effect ?? seen;
          if (isKnown || effect) image.calls.push(call(from, isKnown ? to : never, kept));
        },
      });
      now = to + random.next() + client / 100;
    }
  }
  pending
    .sort((one, other) => one.at - other.at)
    .forEach(({ run }) => {
      run();
    });
  return image;
}

test('whatever really happened one call at a time is found legal, 100 random histories', () => {
  for (let seed = 1; seed <= 100; seed++) expect([seed, faultOf(simulated(seed))]).toEqual([seed, null]);
});

test('a change lost at the end of a history is found, 100 random histories', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { calls } = simulated(seed, 0);
    const end = [call(900, 901, tags.replaced([a])), call(902, 903, tags.put(b1))];
    expect([seed, verdictOn(...calls, ...end, call(904, 905, tags.shown([a, b1]), true))]).toEqual([
      seed,
      'linearizable',
    ]);
    expect([seed, verdictOn(...calls, ...end, call(904, 905, tags.shown([a]), true))]).toEqual([
      seed,
      'lost',
    ]);
  }
});

test('an answer that a call cannot have is kept as such, and its outcome counts as unknown', async () => {
  const image: WatchedImage = { id: 'x', tags, atFirst: 0, calls: [] };
  const fact: Fact = { image, effect: tags.put(b) };
  const record = new Record();
  const answer = { status: 500, headers: {}, text: 'oh', json: <Body>() => ({}) as Body };
  const question = { what: 'PUT', ask: () => Promise.resolve(answer), unheard: fact, told: () => null };
  expect(await record.ask(question)).toBe(false);
  expect(record.unexpected).toEqual([{ what: 'PUT', status: 500, text: 'oh' }]);
  expect(image.calls.map(({ to }) => to)).toEqual([Infinity]);
});
