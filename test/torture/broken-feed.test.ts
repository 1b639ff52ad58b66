import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../src/http/lifecycle';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import type { FeedFault } from '../support/feed/check';
import type { Tamper } from '../support/feed/reader';
import { FeedTrial, type FeedVerdict } from '../support/feed/trial';
import type { Gateway } from '../../src/composition/gateway-deps';
import { gatewayOn, testGateway } from '../support/gateway';
import { TagLoad } from '../support/tag-load';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { closeIdleSockets } from '../support/wire';

/** Ten seconds each: `SLOW_TESTS=1 npx jest test/torture/broken-feed`, and in every build. */
const slowTest = process.env['SLOW_TESTS'] === '1' ? test : test.skip;

/** One event in so many is broken. */
const rate = 50;

function oneIn(broken: Tamper): () => Tamper {
  return () => {
    let seen = 0;
    return (event) => (++seen % rate === 0 ? broken(event) : [event]);
  };
}

/** Holds one event back until the next one of its image has passed. */
function swapping(): Tamper {
  const held = new Map<string, Parameters<Tamper>[0]>();
  let seen = 0;
  return (event) => {
    const late = held.get(event.image);
    if (late) {
      held.delete(event.image);
      return [event, late];
    }
    if (++seen % rate !== 0) return [event];
    held.set(event.image, event);
    return [];
  };
}

const replace = { authenticator: testAuthenticator };
const given = testGateway({ replace, contracts: false });
let other: Gateway | undefined;
let server: Awaited<ReturnType<typeof listen>> | undefined;

beforeAll(async () => {
  other = await gatewayOn(given(), { replace });
  server = await listen(other.listener, '127.0.0.1', 0);
});

afterAll(async () => {
  await server?.drain(1_000);
  await other?.close();
  closeIdleSockets();
});

/** Writers through all dialects at two gateways on one database. */
async function trial(name: string, tamper?: () => Tamper): Promise<FeedVerdict> {
  const ports = [given().port, server?.port ?? 0];
  const speakerOf = (client: number) => ({
    ...{ port: ports[client % 2] ?? 0, token: 'alice', project: alpha, timeoutMs: 15_000 },
  });
  const of = { seed: 1, delayMs: 2, speakerOf };
  const readers = tamper ? 1 : 4;
  const feed = await FeedTrial.begin({ ...of, name, writers: 16, readers, ...(tamper && { tamper }) });
  const load = await TagLoad.begin({ ...of, clients: 16, name: `${name}-load` });
  await sleep(1_500);
  await Promise.all([load.stop(), feed.stopWriting()]);
  const images = load.images.map(({ id }) => id);
  const store = new PostgresHistoryStore(given().database);
  return feed.verdict(images, async (project, at) => {
    while ((await store.removeBefore(project, at, 500)) > 0);
  });
}

const kindsOf = (faults: readonly FeedFault[]): string[] => [...new Set(faults.map(({ kind }) => kind))];

test('two gateways give one feed without gap or double, which the history equals', async () => {
  const verdict = await trial('whole');
  expect(verdict.faults).toEqual([]);
  expect(verdict.events).toBeGreaterThan(100);
  expect(verdict.resumes).toBeGreaterThan(8);
  expect(verdict.expired).toBeGreaterThan(0);
}, 60_000);

slowTest(
  'a feed that drops one event in 50 is found out',
  async () => {
    expect(
      kindsOf(
        (
          await trial(
            'dropped',
            oneIn(() => []),
          )
        ).faults,
      ),
    ).toContain('missing');
  },
  60_000,
);

slowTest(
  'a feed that doubles one event in 50 is found out',
  async () => {
    expect(
      kindsOf(
        (
          await trial(
            'doubled',
            oneIn((event) => [event, event]),
          )
        ).faults,
      ),
    ).toContain('double');
  },
  60_000,
);

slowTest(
  'a feed that swaps one event in 50 with the next of its image is found out',
  async () => {
    expect(kindsOf((await trial('swapped', swapping)).faults)).toContain('order');
  },
  60_000,
);
