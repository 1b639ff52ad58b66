import type { Caller } from '../../src/core/caller';
import type { StaleListMode } from '../../src/core/project-settings';
import { StaleListDetector } from '../../src/core/stale-lists';
import { tagFromName } from '../../src/core/tag';
import { InMemoryShownTagsStore } from '../../src/storage/shown-tags-store';
import { aCaller } from '../support/gateway';

type Modes = readonly (readonly [projectId: string, mode: StaleListMode])[];

const image = { projectId: 'p', imageId: 'i' };
const [via, tags] = [{ dialect: 'd', operation: 'o', requestId: 'r', guard: null }, [tagFromName('a')]];
const writer = (session: string): Caller => aCaller('p', { via: { ...via, accessKey: null, session } });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Whose settings are what `answer` gives. */
function watched(answer: () => Promise<Modes>) {
  const states = new InMemoryShownTagsStore();
  const set = jest.spyOn(states, 'set');
  const lists = new StaleListDetector(
    states,
    { staleListModes: answer },
    () => undefined,
    (error) => {
      throw error as Error;
    },
  );
  return { lists, states, set };
}

test('off, nothing is remembered and nothing is asked for', () => {
  const { lists, states, set } = watched(() => Promise.resolve([]));
  const get = jest.spyOn(states, 'get');
  lists.shown(writer('s'), image, 1, tags);
  lists.advance(writer('s'), image, { revision: 2, added: ['b'], removed: [] } as never);
  expect(lists.checkOf(writer('s'), image)).toBeNull();
  expect([set, get].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test('an answer of the database from before a change does not undo it', async () => {
  let answer: (modes: Modes) => void = () => undefined;
  const { lists } = watched(() => new Promise((resolve) => (answer = resolve)));
  lists.start();
  lists.changed('p', 'refuse');
  answer([]);
  await settle();
  lists.shown(writer('s'), image, 1, tags);
  expect(lists.checkOf(writer('s'), image)).not.toBeNull();
  lists.close();
});

test('turned off by another process, it forgets what was shown', async () => {
  let modes: Modes = [['p', 'merge']];
  const { lists, states } = watched(() => Promise.resolve(modes));
  lists.start();
  await settle();
  lists.shown(writer('s'), image, 1, tags);
  expect(states.get('s', image)).toMatchObject({ revision: 1, names: ['a'] });
  modes = [];
  lists.forget('another');
  await settle();
  expect(states.get('s', image)).toBeUndefined();
  lists.close();
});

test('each writer has its own memory, and a project is forgotten by itself', () => {
  const [states, other] = [new InMemoryShownTagsStore(), { projectId: 'q', imageId: 'i' }];
  states.set('s', image, { revision: 1, names: ['a'] });
  states.set('s', other, { revision: 2, names: [] });
  expect(states.get('t', image)).toBeUndefined();
  states.forget('p');
  expect([states.get('s', image), states.get('s', other)?.revision]).toEqual([undefined, 2]);
  states.forget(null);
  expect(states.get('s', other)).toBeUndefined();
});

test('the memory is bounded, and the oldest goes first', () => {
  const states = new InMemoryShownTagsStore();
  const names = Array.from({ length: 128 }, (_, n) => `${String(n)}${'x'.repeat(250)}`);
  // About 70 kB each: 16 MiB hold some 240.
  for (let n = 0; n < 400; n++) states.set('s', { ...image, imageId: String(n) }, { revision: 1, names });
  const kept = Array.from({ length: 400 }, (_, n) => states.get('s', { ...image, imageId: String(n) }));
  const count = kept.filter((one) => one !== undefined).length;
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThan(300);
  expect([kept[0], kept[399]?.revision]).toEqual([undefined, 1]);
});
