import { Command } from 'commander';
import { Client } from 'pg';
import { stampAt } from '../../test/support/tag-verbs';
import { Database } from '../../src/storage/database/database';
import { migrate } from '../../src/storage/migrator';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { alignedTable, say } from '../ha/report';
import { fill } from './fill';
import { type Site, siteOf } from './site';

interface Options {
  readonly database: string;
  readonly images: number;
  readonly tags: number;
  readonly writes: number;
}

const {
  database: url,
  images,
  tags,
  writes,
} = new Command('scripts/bench/sizes.ts')
  .description('Fills an empty database and measures bytes of tables and indexes, and the WAL of writes.')
  .requiredOption('--database <url>', 'an empty one, of a superuser')
  .option('--images <n>', '', Number, 100_000)
  .option('--tags <n>', 'of each image', Number, 10)
  .option('--writes <n>', 'one tag put on an image of its own, and the same in batches of 20', Number, 5_000)
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

async function main(): Promise<void> {
  const site = siteOf(images, tags);
  await migrate(url);
  const client = new Client({ connectionString: url });
  await client.connect();
  const database = new Database(url, 1, () => undefined);
  const begun = performance.now();
  const wal = await walOf(client, () => fill(url, site));
  say(
    `filled in ${((performance.now() - begun) / 1000).toFixed(0)} s, ${(wal / images / tags).toFixed(0)} bytes of WAL a tag`,
  );
  await sizes(client, 'filled');
  await measureWrites(client, new PostgresTagStore(database), site);
  await client.query('vacuum analyze');
  await sizes(client, 'after the writes');
  await database.close();
  await client.end();
}

main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
