import type { TagStore } from '../../src/core/ports';
import type { TagChange, TagOutcome } from '../../src/core/tag-change';
import { faultOf } from '../support/history';
import { startTestGateway } from '../support/gateway';
import { TagLoad } from '../support/tag-load';
import { alpha, testAuthenticator } from '../support/test-authenticator';

/** One write in so many is lost; `npm test` must be quick, the long form shows 10 000. */
const rate = Number(process.env['DROPPED_ONE_IN'] ?? 100);

const nothing: TagOutcome = { kind: 'done', revision: 0, added: [], removed: [] };

/** Says of one write in `rate` that it is done, and forgets it. */
class ForgetfulStore implements TagStore {
  writes = 0;
  forgotten = 0;

  constructor(
    private readonly store: TagStore,
    private readonly every = rate,
  ) {}

  change: TagStore['change'] = (changes) => Promise.all(changes.map((change) => this.perhaps(change)));
  list: TagStore['list'] = (image) => this.store.list(image);
  listProject: TagStore['listProject'] = (project) => this.store.listProject(project);

  private async perhaps(change: TagChange): Promise<TagOutcome> {
    if (++this.writes % this.every === 0) {
      this.forgotten++;
      return nothing;
    }
    return (await this.store.change([change]))[0] ?? { kind: 'image-missing' };
  }
}

async function inParts(whole: TagStore['change'], change: TagChange): Promise<readonly TagOutcome[]> {
  let outcome: readonly TagOutcome[] = [nothing];
  for (const tag of change.put) {
    outcome = await whole([{ ...change, remove: [{ key: tag.key, value: null }], put: [tag] }]);
  }
  return outcome;
}

/** Sets pairs one after another, as a store without transactions would. */
function tearing(store: TagStore): ForgetfulStore {
  const torn = new ForgetfulStore(store, Infinity);
  const whole = torn.change;
  torn.change = ([change]) =>
    change && change.put.length > 1 ? inParts(whole, change) : whole(change ? [change] : []);
  return torn;
}

interface Seen {
  readonly faults: readonly string[];
  readonly operations: number;
  readonly store: ForgetfulStore | undefined;
}

/** Loads a gateway on that store, for a moment at a time, until a history shows a fault. */
async function faultsOf(
  broken: ((store: TagStore) => ForgetfulStore) | null,
  most: number,
  env: Record<string, string> = {},
): Promise<Seen> {
  const stores: ForgetfulStore[] = [];
  const tagStore = (store: TagStore): TagStore => {
    if (broken) stores.push(broken(store));
    return stores[0] ?? store;
  };
  const given = await startTestGateway({ env, replace: { authenticator: testAuthenticator, tagStore } });
  let operations = 0;
  try {
    for (let round = 0; round < most; round++) {
      const load = await TagLoad.begin({
        ...{ clients: 16, seed: round + 1, name: `r${String(round)}`, delayMs: 0 },
        speakerOf: () => ({ port: given.port, token: 'alice', project: alpha }),
      });
      await new Promise((resolve) => setTimeout(resolve, rate > 1_000 ? 2_000 : 400));
      await load.stop();
      await load.readAll();
      operations += load.record.operations;
      expect(load.record.unexpected).toEqual([]);
      expect(load.record.unknown).toBe(0);
      const faults = load.images.map(faultOf).filter((fault) => fault !== null);
      if (faults.length > 0) {
        return { faults: faults.map(({ kind, story }) => `${kind}\n${story}`), operations, store: stores[0] };
      }
    }
    return { faults: [], operations, store: stores[0] };
  } finally {
    await given.close();
  }
}

test.each(['on', 'off'])(
  'clients who race through all dialects see one order of things, batching %s',
  async (batching) => {
    const { faults, operations } = await faultsOf(null, 1, { TAGWAY_BATCHING: batching });
    expect(faults).toEqual([]);
    expect(operations).toBeGreaterThan(20);
  },
  60_000,
);

test(`a store that drops one write in ${String(rate)} is found out`, async () => {
  const { faults, operations, store } = await faultsOf((real) => new ForgetfulStore(real), 150);
  const { writes = 0, forgotten = 0 } = store ?? {};
  expect({ found: faults.length > 0, operations, writes, forgotten }).toMatchObject({ found: true });
  if (rate > 1_000) {
    console.log(
      `found after ${String(operations)} calls, ${String(writes)} writes, ${String(forgotten)} dropped:\n${String(faults[0])}`,
    );
  }
}, 600_000);

test('a store that does a batch in parts is found out', async () => {
  const { faults } = await faultsOf(tearing, 150);
  expect(faults).not.toEqual([]);
}, 600_000);
