import { join } from 'node:path';
import type { NewImage } from '../../src/core/image';
import { ownImages } from '../../src/core/ports';
import type { Database } from '../../src/storage/database/database';
import { PostgresImageSearch } from '../../src/storage/search/image-search';
import { PostgresImageStore } from '../../src/storage/images/image-store';
import { PostgresJobStore } from '../../src/storage/job-store';
import { PostgresMemberStore } from '../../src/storage/member-store';
import { PostgresTagStore } from '../../src/storage/tags/tag-store';
import { PostgresTaskStore } from '../../src/storage/task-store';
import { PostgresStatisticsStore } from '../../src/storage/search/statistics-store';
import { snapshotStatements } from '../../src/storage/snapshots/statements';
import * as tagStatements from '../../src/storage/tags/tag-statements';
import { statementsOf } from '../support/recorded-statements';
import { stampAt, tagChange } from '../support/tag-verbs';
import {
  changedTwiceIn,
  correlatedIn,
  lockedAnywhereIn,
  textsIn,
  unportableIn,
  unscopedIn,
} from '../support/sql-lint';

/**
 * What stays although an engine refuses it, with the reason. Released migrations cannot change; a text column without
 * `collate "C"` would be ordered by each database's own locale.
 */
const accepted: readonly RegExp[] = [
  /^\d{14}_\w+\.ts: a collation of a column$/,
  // Made plain by the migration that distributes the tables.
  /^20261121000000_images\.ts: a cascade of a changed key$/,
  // It takes the first two away, and locks what it moves, on Citus only.
  /^distribution\.ts: a (?:cascade of a changed key|collation of a column|lock of a table)$/,
  // Where an engine has no such lock no count is kept.
  /^tag-count-statements\.ts: a lock of a table$/,
  // Where an engine has no such lock a migration does without, and sessions of earlier builds end when they are idle.
  /^(?:concurrently|lock-turn)\.ts: a lock of a table$/,
  // Compared with the server's own moments, those of its sessions.
  /^session-renewal\.ts: a moment or number that the server makes$/,
  // json, not jsonb: its text is what JSON.stringify wrote. Only CockroachDB changes it.
  /^(?:image-clauses\.ts|recorded): JSON compared as text$/,
];

const storage = join(__dirname, '../../src/storage');
const at = '2026-11-21T00:00:00.000000Z';
const ref = { projectId: 'p', imageId: 'i' };
const job = { projectId: 'p', jobId: 'j', type: 'x', begunAt: at, endedAt: at, results: [] } as never;
const task = { projectId: 'p', taskId: 't', type: 'import', state: 'pending', createdAt: at } as never;
const image = {
  ...ref,
  name: 'n',
  createdAt: at,
  tags: [{ name: 'a', key: 'a', value: '' }],
  properties: [],
};
const list = { projectId: 'p', source: ownImages, sort: [], marker: null, offset: 0, limit: 25 };
const tagged = { kind: 'tags', condition: { kind: 'key', key: 'a', values: ['1'] } } as const;
const untagged = { kind: 'tags', condition: { kind: 'untagged' } } as const;

const calls: readonly ((database: Database) => Promise<unknown>)[] = [
  (database) => new PostgresImageStore(database).find('i', 'p'),
  (database) => new PostgresImageStore(database).get(ref),
  (database) => new PostgresImageStore(database).create(image as unknown as NewImage, stampAt(at)),
  (database) => new PostgresImageStore(database).change(ref, stampAt(at), () => ({ name: 'm', tags: [] })),
  (database) => new PostgresImageStore(database).change(ref, stampAt(at), () => ({ projectId: 'q' })),
  (database) => new PostgresImageStore(database).remove(ref, stampAt(at), () => undefined),
  (database) => new PostgresTagStore(database).change([tagChange(ref, { put: image.tags })]),
  (database) => new PostgresMemberStore(database).list(ref),
  (database) => new PostgresMemberStore(database).add(ref, 'm', 10, at),
  (database) => new PostgresMemberStore(database).setStatus(ref, 'm', 'accepted', at),
  (database) => new PostgresMemberStore(database).remove(ref, 'm'),
  (database) => new PostgresJobStore(database).add(job),
  (database) => new PostgresJobStore(database).get('p', 'j'),
  (database) => new PostgresJobStore(database).end(job, [{ image: ref, becomes: 'active' }], stampAt()),
  (database) => new PostgresTaskStore(database).add(task),
  (database) => new PostgresTaskStore(database).step(task, { state: 'processing', at }),
  (database) => new PostgresStatisticsStore(database).read({ projectId: 'p', key: null, since: at, most: 5 }),
  (database) => new PostgresImageSearch(database).images({ ...list, where: [tagged, untagged] }),
  (database) => new PostgresImageSearch(database).count({ ...list, where: [tagged, untagged] }),
];

/** Everything that the stores of the tag core send for calls of one project. */
async function statements(): Promise<string[]> {
  const row = { ...{ project_id: 'p', id: 'i', properties: [], tags: [['a', 'a', '']] }, tag_revision: 1 };
  const there = { ...row, created_at: at, updated_at: at, results: [] };
  const seen = { ...there, ordinal: 1, verdict: 'allowed', done: true };
  const sent = await Promise.all(calls.map((call) => statementsOf(call, [seen])));
  const constants = Object.values(tagStatements);
  return [...constants.map(({ text }) => text), ...sent.flat().map(({ statement }) => statement.text)];
}

test('every statement of the tag core says of which project it is, wherever it reaches into a table', async () => {
  const all = await statements();
  expect(all.length).toBeGreaterThan(30);
  expect(all.flatMap((text) => unscopedIn(text).map((where) => `${where}: ${text}`))).toEqual([]);
});

test('no SQL in the storage, migrations included, holds what a distributed engine refuses', async () => {
  const sources = textsIn(storage);
  const recorded = (await statements()).map((text) => ({ file: 'recorded', text }));
  expect(sources.length).toBeGreaterThan(200);
  const faults = [...sources, ...recorded].flatMap(({ file, text }) =>
    unportableIn(text)
      .map((what) => `${file}: ${what}`)
      .filter((fault) => !accepted.some((exception) => exception.test(fault)))
      .map((fault) => `${fault}: ${text}`),
  );
  expect(faults).toEqual([]);
});

test('no exception outlives its reason', () => {
  const faults = textsIn(storage).flatMap(({ file, text }) =>
    unportableIn(text).map((what) => `${file}: ${what}`),
  );
  expect(accepted.filter((exception) => !faults.some((fault) => exception.test(fault)))).toEqual([]);
});

test('a row is locked in one project', async () => {
  expect((await statements()).flatMap(lockedAnywhereIn)).toEqual([]);
});

test('no sub-select refers to a CTE or a sub-select outside of it', async () => {
  expect((await statements()).flatMap(correlatedIn)).toEqual([]);
});

// What goes and what comes is one step. CockroachDB takes it with a setting of the role.
test('no statement changes a table twice, but for that of tags', async () => {
  const twice = (await statements()).map(changedTwiceIn).filter((tables) => tables.length > 0);
  expect(new Set(twice.flat())).toEqual(new Set(['image_tags']));
});

test('tags are written by one insert and one delete in all of the sources, migrations aside', () => {
  const written = textsIn(join(__dirname, '../../src')).flatMap(({ file, text }) =>
    file === 'tag-moments.ts' ? [] : (text.match(/(?:insert into|delete from|update) image_tags/g) ?? []),
  );
  expect(written.sort()).toEqual(['delete from image_tags', 'insert into image_tags']);
});

// With names from the catalog, so that the search above does not see them.
test('reset and restore of a project write the tags, too, and each of their statements says of which project', () => {
  const columns = ['project_id', 'image_id', 'name'];
  const table = { name: 'image_tags', columns, key: columns, parents: ['images'] };
  const { lock, beginAnew, filled, removeOthers, emptyTable, removeOfImages, putBack, take, ...of } =
    snapshotStatements(false, [table], false);
  const texts = [
    ...[...lock, ...beginAnew, filled, removeOthers(table), emptyTable(table), removeOfImages(table)],
    of.removeImages,
    ...[putBack(table, columns, null), putBack(table, columns, '$3'), take, of.imagesWithData, of.endUploads],
  ].map(({ text }) => text);
  expect(texts.filter((text) => /insert into "image_tags"/.test(text))).toHaveLength(2);
  expect(texts.filter((text) => /delete from "image_tags"/.test(text))).toHaveLength(3);
  expect(texts.filter((text) => !text.includes('project_id = $1'))).toEqual([]);
  expect(texts.flatMap(unportableIn)).toEqual([]);
});

test.each([
  ['select * from images where id = $1', 'from images where'],
  [
    'select 1 from images i join image_tags t on t.image_id = i.id where i.project_id = $1',
    'join image_tags t',
  ],
  ['delete from image_tags t using img where t.image_id = img.id', 'from image_tags t'],
  ['insert into image_tags (image_id, name) values ($1, $2)', 'into image_tags'],
  [
    'select (select count(*) from image_tags t where t.image_id = $2) from images i where i.project_id = $1',
    'from image_tags t',
  ],
])('the lint finds that "%s" is of any project', (text, where) => {
  expect(unscopedIn(text)).toEqual([where]);
});

test.each([
  ['select pg_advisory_xact_lock(1)', 'an advisory lock'],
  ['insert into t values (1) on conflict on constraint t_pkey do nothing', 'a constraint by its name'],
  ["set statement_timeout = '1s'", 'a setting of the session'],
  ['update images set updated_at = now()', 'a moment or number that the server makes'],
  ['create table t (id bigserial)', 'a sequence'],
  ['foreign key (a, b) references images on update cascade', 'a cascade of a changed key'],
  ["update images set updated_at = updated_at + interval '1s'", 'an interval added to a column'],
  ['update images i set name = $3, project_id = $4 where i.project_id = $1', 'a new project for a row'],
  ['create table t (name text collate "C" not null)', 'a collation of a column'],
  ["select 1 from images where (properties -> 'a')::text = $1", 'JSON compared as text'],
])('the lint finds fault with "%s"', (text, what) => {
  expect(unportableIn(text)).toEqual([what]);
});

test.each([
  ['select id from images where id = any($1) order by id for no key update skip locked', 'for no key update'],
  ['with a as (select 1 from image_tags t where t.name = $1 for update) select * from a', 'for update'],
])('the lint finds that "%s" locks rows of any project', (text, lock) => {
  expect(lockedAnywhereIn(text)).toEqual([lock]);
});

test.each([
  [
    'with page as (select id from images) select (select count(*) from image_tags t where t.image_id = page.id) from page',
  ],
  ['select (select 1 from image_tags t where t.image_id = p.id) from (select 1 union all select 2) as p'],
])('the lint finds the correlated sub-select in "%s"', (text) => {
  expect(correlatedIn(text)).toHaveLength(1);
});

test('the lint takes a lock of one project and a sub-select of a table', () => {
  expect(
    lockedAnywhereIn('select 1 from images where project_id = $1 and id = $2 for no key update'),
  ).toEqual([]);
  expect(
    correlatedIn(
      'select (select 1 from image_tags t where t.image_id = i.id) from images i where i.project_id = $1',
    ),
  ).toEqual([]);
});
