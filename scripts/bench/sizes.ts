import { Command } from 'commander';
import { Client } from 'pg';
import { stampAt } from '../../test/support/tag-verbs';
import { SystemClock } from '../../src/core/clock';
import { HistoryRetention } from '../../src/core/history-retention';
import { ownImages } from '../../src/core/ports';
import { Database } from '../../src/storage/database/database';
import { PostgresHistoryStore } from '../../src/storage/history/history-store';
import { migrate } from '../../src/storage/migrator';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { PostgresStatisticsStore } from '../../src/storage/search/statistics-store';
import { PostgresSuggestionStore } from '../../src/storage/search/suggestion-store';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { alignedTable, say } from '../ha/report';
import { fill } from './fill';
import { type Site, siteOf } from './site';

interface Options {
  readonly database: string;
  readonly images: number;
  readonly tags: number;
  readonly writes: number;
  readonly filled: boolean;
}

const {
  database: url,
  images,
  tags,
  writes,
  filled,
} = new Command('scripts/bench/sizes.ts')
  .description('Fills an empty database and measures bytes of tables and indexes, and the WAL of writes.')
  .requiredOption('--database <url>', 'an empty one, of a superuser')
  .option('--images <n>', '', Number, 100_000)
  .option('--tags <n>', 'of each image', Number, 10)
  .option('--writes <n>', 'one tag put on an image of its own, and the same in batches of 20', Number, 5_000)
  .option('--filled', 'by an earlier run: only read', false)
  .parse()
  .opts<Options>();

async function rows<Row>(client: Client, text: string): Promise<Row[]> {
  return (await client.query(text)).rows as Row[];
}

interface Relation {
  readonly name: string;
  readonly bytes: string;
  readonly n: string;
}

/** Tables without their indexes, and each index. */
const relations = `select c.relname as name, (pg_relation_size(c.oid) + coalesce(pg_relation_size(c.reltoastrelid), 0))::text
    as bytes, greatest(c.reltuples, 0)::bigint::text as n
  from pg_class c join pg_namespace s on s.oid = c.relnamespace
  where s.nspname = 'public' and c.relkind in ('r', 'i') and pg_relation_size(c.oid) > 100000 order by 1`;

async function sizes(client: Client, title: string): Promise<void> {
  const found = await rows<Relation>(client, relations);
  const lines = found.map(({ name, bytes, n }) => [name, n, bytes, (Number(bytes) / Number(n)).toFixed(1)]);
  process.stdout.write(
    `${title}\n${alignedTable([['relation', 'rows', 'bytes', 'bytes a row'], ...lines])}\n`,
  );
}

async function walOf(client: Client, work: () => Promise<unknown>): Promise<number> {
  const now = async (): Promise<string> =>
    (await rows<{ at: string }>(client, 'select pg_current_wal_insert_lsn()::text as at'))[0]?.at ?? '';
  const before = await now();
  await work();
  const text = `select pg_wal_lsn_diff('${await now()}', '${before}')::text as bytes`;
  return Number((await rows<{ bytes: string }>(client, text))[0]?.bytes);
}

const tagOf = (n: number, word: string): { name: string; key: string; value: string } => {
  const key = `${word}${String(n % 50)}`;
  return { name: `${key}=v`, key, value: 'v' };
};

/** Puts one tag on each of so many images, so many images in a statement. */
async function put(
  store: PostgresTagStore,
  site: Site,
  from: number,
  most: number,
  together: number,
  word = 'added',
): Promise<void> {
  for (let at = from; at < from + most; at += together) {
    const places = Array.from({ length: Math.min(together, from + most - at) }, (_, n) => at + n);
    const changes = places.map((place) => ({
      image: { projectId: site.project, imageId: site.imageAt(place) },
      ...{ remove: [], put: [tagOf(place, word)], limit: null, mustExist: false, ifRevision: null },
      ...stampAt(),
    }));
    const outcomes = await store.change(changes);
    if (outcomes.some(({ kind }) => kind !== 'done')) throw new Error(JSON.stringify(outcomes[0]));
  }
}

async function measureWrites(client: Client, store: PostgresTagStore, site: Site): Promise<void> {
  const line = async (
    what: string,
    from: number,
    together: number,
    checkpoint: boolean,
    word?: string,
  ): Promise<void> => {
    if (checkpoint) await client.query('checkpoint');
    const begun = performance.now();
    const bytes = await walOf(client, () => put(store, site, from, writes, together, word));
    const perSecond = (writes / (performance.now() - begun)) * 1000;
    process.stdout.write(
      `${what}: ${(bytes / writes).toFixed(0)} bytes of WAL a write, ${perSecond.toFixed(0)} a second\n`,
    );
  };
  await line('one by one, just after a checkpoint', 0, 1, true);
  await line('one by one, on', writes, 1, false);
  await line('20 in a statement, on', 2 * writes, 20, false);
  // The same images again: their pages are in the WAL already since the checkpoint.
  await line('one by one, the same images', 0, 1, false, 'again');
}

/** Calls that read a whole project, or much of it. */
async function measureReads(database: Database, { project }: Site): Promise<void> {
  const query = { projectId: project, source: ownImages, where: [] };
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    'tags of an image': () =>
      new PostgresTagStore(database).list({ projectId: project, imageId: siteOf(images, tags).imageAt(7) }),
    'all tags of the project': () => new PostgresTagStore(database).listProject(project),
    'suggestions for a prefix': () =>
      new PostgresSuggestionStore(database).suggest({
        projectId: project,
        key: null,
        prefix: 'e',
        limit: 10,
      }),
    'statistics of the project': () =>
      new PostgresStatisticsStore(database).read({
        projectId: project,
        key: null,
        since: '2026-11-21',
        most: 50,
      }),
    'count of its images': () => new PostgresImageSearch(database).count(query),
  };
  for (const [what, read] of Object.entries(reads)) {
    const begun = performance.now();
    const failure = await read().then(
      () => '',
      (error: unknown) => `, refused: ${String(error)}`,
    );
    process.stdout.write(`${what}: ${(performance.now() - begun).toFixed(0)} ms${failure}\n`);
  }
}

/** One image and one change in each of so many projects, and the hourly round of retention over them. */
async function measureProjects(client: Client, database: Database): Promise<void> {
  const count = 10_000;
  const range = `generate_series(1, ${String(count)}) as i`;
  await client.query(`insert into images (project_id, id, visibility, status, min_disk, min_ram, protected, os_hidden,
      properties, created_at, updated_at, tag_revision)
    select 'p' || i, 'i' || i, 'private', 'queued', 0, 0, false, false, '[]', '2026-01-01Z', '2026-01-01Z', 1
    from ${range}`);
  await client.query(`insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id,
      user_name, dialect, operation)
    select 'p' || i, 'i' || i, 1, now(), '{a}', '{}', '{a}', 'u', 'u', 'tagway', 'putTags' from ${range}`);
  const past = new PostgresHistoryStore(database);
  const begun = performance.now();
  await new HistoryRetention(past, new SystemClock(), 365, (error) => {
    say(String(error));
  }).run();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`retention of ${String(count)} projects with nothing to remove: ${seconds} s\n`);
}

async function main(): Promise<void> {
  const site = siteOf(images, tags);
  await migrate(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  const database = new Database(url, 1, () => undefined);
  if (!filled) await measureFill(client, database, site);
  await measureReads(database, site);
  await measureProjects(client, database);
  await database.close();
  await client.end();
}

async function measureFill(client: Client, database: Database, site: Site): Promise<void> {
  const begun = performance.now();
  const wal = await walOf(client, () => fill(url, site));
  say(
    `filled in ${((performance.now() - begun) / 1000).toFixed(0)} s, ${(wal / images / tags).toFixed(0)} bytes of WAL a tag`,
  );
  await sizes(client, 'filled');
  await measureWrites(client, new PostgresTagStore(database), site);
  await client.query('vacuum analyze');
  await sizes(client, 'after the writes');
}

main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
