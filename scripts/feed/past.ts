import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds } from '../../src/core/clock';
import { HistoryRetention } from '../../src/core/history-retention';
import { Database } from '../../src/storage/database/database';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import { send } from '../../test/support/wire';
import { runAll } from '../bench/fill';
import { people } from '../bench/site';
import { type Place, placeWith } from './rates';
import { spreadOf, writeAt } from './streams';

/** They are a second apart. */
const firstChange = '2026-01-01T00:00:00.000000Z';

const project = `/tags/v1/projects/${people.project}`;

/** A project with so many changes: some of one image, the rest of all others. */
async function withPast(main: string, changes: number): Promise<Place> {
  // A minute after its start it would remove history, too.
  const place = await placeWith(main, { TAGWAY_HISTORY_DAYS: '0' });
  const { site, gateway } = place;
  const image = (n: string): string => `'00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0')`;
  await runAll(gateway.connection, [
    `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name, dialect,
      operation, request_id, uncounted)
    select '${site.project}', ${image(`n % ${String(site.images)}`)}, n / ${String(site.images)} + 1,
      timestamptz '${firstChange}' + n * interval '1 second', array['env=v' || n], array['env=v' || (n - 1)],
      array['build=1', 'env=v' || n, 'golden', 'os=linux', 'team=a'], 'user', 'user', 'openstack-images', 'addTag',
      'req-' || n, null from generate_series(0, ${String(changes - 1)}) n`,
    `update images set tag_revision = ${String(changes / site.images)}, history_revision = ${String(changes / site.images)}`,
    'vacuum analyze tag_changes',
    'vacuum analyze images',
    'checkpoint',
  ]);
  return place;
}

async function timesOf({ gateway }: Place, path: (turn: number) => string, count: number): Promise<number[]> {
  const port = Number(new URL(gateway.url).port);
  const took: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const begun = performance.now();
    const { status, text } = await send(port, 'GET', path(turn), { token: gateway.token });
    if (status !== 200) throw new Error(`${path(turn)}: ${String(status)} ${text}`);
    took.push(performance.now() - begun);
  }
  return took;
}

/** Pages of the history, and its removal beside a writer. */
export async function past(main: string, changes: number): Promise<void> {
  const place = await withPast(main, changes);
  const { site, gateway } = place;
  try {
    const image = (turn: number): string => `${project}/images/${site.imageAt(turn)}/tags/history`;
    const some = 300;
    for (const [what, path] of [
      ['show', (turn: number) => `/v2/images/${site.imageAt(turn)}`],
      ['a page of an image', image],
      ['a page of the project', () => `${project}/history`],
      ['a page of the project by key', () => `${project}/history?key=env`],
      ['a page of the project by image', (turn: number) => `${project}/history?image=${site.imageAt(turn)}`],
      ['a page of the project at a time', () => `${project}/history?until=2026-01-03T00:00:00Z`],
    ] as const) {
      await timesOf(place, path, 30);
      console.log(`${what}: ${spreadOf(await timesOf(place, path, some))}`);
    }
    await retention(place, changes);
  } finally {
    await gateway.stop();
  }
}

/** The removal and the writer alone take turns, since a disk has its own pauses. */
const turns = 4;

/** s, in each turn */
const alone = 30;

/** ms: the system has written the filled pages by then */
const settledMs = 30_000;

/** The gateway's own rounds are hours apart; this plays them with its code. */
async function retention(place: Place, changes: number): Promise<void> {
  await sleep(settledMs);
  const database = new Database(place.gateway.connection, 2, () => undefined);
  const waits: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
  let seconds = 0;
  let removed = 0;
  for (let turn = 1; turn <= turns; turn++) {
    const some = await writeAt(place, 50, alone);
    waits.alone.push(...some);
    const part = await removal(place, database, changes * (turn / turns));
    waits.beside.push(...part.waits);
    removed += part.removed;
    seconds += part.seconds;
    console.log(`  alone ${spreadOf(some)}; beside ${String(part.removed)}: ${spreadOf(part.waits)}`);
  }
  await database.close();
  console.log(`a writer alone for ${String(alone * turns)} s: ${spreadOf(waits.alone)}`);
  console.log(
    `${String(removed)} of ${String(changes)} removed in ${seconds.toFixed(0)} s beside a writer: ` +
      `${spreadOf(waits.beside)} (load ${(loadavg()[0] ?? 0).toFixed(1)})`,
  );
}

interface Removal {
  readonly removed: number;
  readonly seconds: number;
  readonly waits: readonly number[];
}

/** Removes the oldest changes up to this one while a writer writes. */
async function removal(place: Place, database: Database, upTo: number): Promise<Removal> {
  const clock = { now: () => addSeconds(firstChange, upTo) };
  const failed = (error: unknown): void => {
    console.error(error);
  };
  const work = new HistoryRetention(new PostgresHistoryStore(database), clock, 0, failed);
  const running = new AbortController();
  const waits: number[] = [];
  const writing = (async () => {
    while (!running.signal.aborted) waits.push(...(await writeAt(place, 50, 2)));
  })();
  const begun = performance.now();
  const removed = await work.run();
  const seconds = (performance.now() - begun) / 1000;
  running.abort();
  await writing;
  return { removed, seconds, waits };
}
