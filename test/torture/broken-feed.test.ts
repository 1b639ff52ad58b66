import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../src/http/lifecycle';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import type { FeedFault } from '../support/feed/check';
import type { Tamper } from '../support/feed/reader';
import { FeedTrial, type FeedVerdict } from '../support/feed/trial';
import { gatewayOn, startTestGateway } from '../support/gateway';
import { TagLoad } from '../support/tag-load';
import { alpha, testAuthenticator } from '../support/test-authenticator';

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

/** Writers through all dialects at two gateways on one database. */
async function trial(tamper?: () => Tamper): Promise<FeedVerdict> {
  const replace = { authenticator: testAuthenticator };
  const given = await startTestGateway({ replace, contracts: false });
  const other = await gatewayOn(given, { replace });
  const server = await listen(other.listener, '127.0.0.1', 0);
  const ports = [given.port, server.port];
  const speakerOf = (client: number) => ({
    ...{ port: ports[client % 2] ?? 0, token: 'alice', project: alpha, timeoutMs: 15_000 },
  });
  const of = { seed: 1, delayMs: 4, name: 'trial', speakerOf };
  try {
    const feed = await FeedTrial.begin({ ...of, writers: 16, readers: 4, ...(tamper && { tamper }) });
    const load = await TagLoad.begin({ ...of, clients: 16, name: 'load' });
    await sleep(2_000);
    await Promise.all([load.stop(), feed.stopWriting()]);
    const images = load.images.map(({ id }) => id);
    const store = new PostgresHistoryStore(given.database);
    return await feed.verdict(images, async (project, at) => {
      while ((await store.removeBefore(project, at, 100)) > 0);
    });
  } finally {
    await server.drain(1_000);
    await other.close();
    await given.close();
  }
}

const kindsOf = (faults: readonly FeedFault[]): string[] => [...new Set(faults.map(({ kind }) => kind))];

test('two gateways give one feed without gap or double, which the history equals', async () => {
  const verdict = await trial();
  expect(verdict.faults).toEqual([]);
  expect(verdict.events).toBeGreaterThan(100);
  expect(verdict.resumes).toBeGreaterThan(8);
  expect(verdict.expired).toBeGreaterThan(0);
}, 60_000);

test('a feed that drops one event in 50 is found out', async () => {
  expect(kindsOf((await trial(oneIn(() => []))).faults)).toContain('missing');
}, 60_000);

test('a feed that doubles one event in 50 is found out', async () => {
  expect(kindsOf((await trial(oneIn((event) => [event, event]))).faults)).toContain('double');
}, 60_000);

test('a feed that swaps one event in 50 with the next of its image is found out', async () => {
  expect(kindsOf((await trial(swapping)).faults)).toContain('order');
}, 60_000);
