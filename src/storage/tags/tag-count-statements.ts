import type { Statement } from '../database/database';

/*
 * Counts of tags that are on many images (docs/decisions/0018-kept-counts.md). What is right in one snapshot is right in each:
 * the images that have a tag are `images` of its row and all its changes together, since every change of tags adds its own
 * in the same transaction.
 */

/** $1 project, $2 key, $3 value, which is not empty: an image has such a tag once. */
const plain = `select count(*) from image_tags t where t.project_id = $1 and t.key = $2 and t.value = $3`;

/** All changes of the project are looked through: they are soon put together. */
const changes = `select coalesce(sum(u.images) filter (where u.key = $2 and u.value = $3), 0)::bigint as images, count(*) as changes
    from tag_count_changes c cross join lateral unnest(c.tag_keys, c.tag_values, c.images) as u (key, value, images)
    where c.project_id = $1 offset 0`;

/** An older build has changed tags since the counts were made. */
const isBehind = 'exists (select 1 from tag_changes h where h.project_id = $1 and h.uncounted)';

/** A gateway that knows of Citus changes no counts, and others may learn of it later. */
const isCitus = `exists (select 1 from pg_extension where extname = 'citus')`;

/** The kept count, or else that of the tags, which Postgres then reads. */
export const countTag: Statement = {
  name: 'count-tag',
  text: `select coalesce(k.images, (${plain})) as images, k.images is not null as kept, k.changes, ${isBehind} as behind
  from (select 1) as one left join (
    select a.images + c.images as images, c.changes from tag_counts a cross join lateral (${changes}) c
    where a.project_id = $1 and a.key = $2 and a.value = $3 and a.counted and not ${isBehind} and not ${isCitus}
  ) k on true`,
  reads: true,
  bound: 'long',
};

export interface CountRow extends Record<string, unknown> {
  readonly images: number;
  readonly kept: boolean;
  /** Rows that were summed up; null where no count is kept. */
  readonly changes: number | null;
  readonly behind: boolean;
}

/** $1 project, $2 key, $3 value */
export const findTagCount: Statement = {
  name: 'find-tag-count',
  text: 'select counted from tag_counts where project_id = $1 and key = $2 and value = $3',
  reads: true,
};

/**
 * Under this lock no change of tags is in flight, and every later one sees the row that this transaction adds and so records its
 * difference. The lock blocks writers, hence the short timeout.
 */
export const waitForTagWriters: readonly Statement[] = [
  { text: `set local lock_timeout = '100ms'`, bound: 'short' },
  { text: 'lock table tag_count_changes in share row exclusive mode', bound: 'short' },
];

/**
 * Where the history came with the newest migrations, a build of before it may still be at work, whose changes nothing shows.
 * A new database has had it from the start.
 */
const allKeepHistory = `exists (
    select 1 from knex_migrations h where h.name = '20261127050000_tag_history'
      and (h.batch = (select min(m.batch) from knex_migrations m) or h.batch < (select max(m.batch) from knex_migrations m)))`;

/** $1 project, $2 key, $3 value, $4 how many a project may have */
export const addTagCount: Statement = {
  name: 'add-tag-count',
  text: `insert into tag_counts (project_id, key, value, images, counted, version)
  select $1, $2, $3, 0, false, 0
  where (select count(*) from tag_counts a where a.project_id = $1) < $4::int and ${allKeepHistory}
  on conflict (project_id, key, value) do nothing`,
};

/**
 * $1 project, $2 key, $3 value. Adds what is missing in this snapshot, whatever changes have been put together since. A count that was
 * given up since, and made anew, has another version.
 */
export const computeTagCount: Statement = {
  text: `with seen as materialized (
    select a.version, (${plain}) - a.images - c.images as missing from tag_counts a cross join lateral (${changes}) c
    where a.project_id = $1 and a.key = $2 and a.value = $3 and not a.counted and not ${isBehind}
  )
  update tag_counts a set images = a.images + s.missing, counted = true from seen s
  where a.project_id = $1 and a.key = $2 and a.value = $3 and a.version = s.version and not a.counted`,
  bound: 'long',
};

/**
 * $1 project. Folds the changes into the counts, unless another transaction holds a count: it never waits for a row lock, so it cannot
 * deadlock. A new count needs a lock that conflicts with this delete, so every change is of counts that this statement sees.
 */
export const foldTagCountChanges: Statement = {
  name: 'fold-tag-counts',
  text: `with held as materialized (
    select a.key from tag_counts a where a.project_id = $1 order by a.key, a.value for no key update skip locked
  ),
  gone as (
    delete from tag_count_changes c where c.project_id = $1
      and (select count(*) from held) = (select count(*) from tag_counts a where a.project_id = $1)
    returning c.tag_keys, c.tag_values, c.images
  ),
  folded as (
    update tag_counts a set images = a.images + g.images
    from (
      select u.key, u.value, sum(u.images)::bigint as images
      from gone c cross join lateral unnest(c.tag_keys, c.tag_values, c.images) as u (key, value, images)
      group by u.key, u.value
    ) g
    where a.project_id = $1 and a.key = g.key and a.value = g.value
    returning 1
  )
  select ${isBehind} as behind from (select count(*) from folded) f`,
  bound: 'long',
};

/** By a gateway that starts: it does not know which builds were at work before. */
export const discardAllTagCounts: Statement = {
  text: 'update tag_counts set counted = false, version = version + 1 where counted',
  bound: 'long',
};

/** $1 project, $2 changes at most. The changes of an older build are in no count: all are to be made anew. */
export const discardTagCounts: Statement = {
  text: `with seen as (
    update tag_changes h set uncounted = null
    where h.project_id = $1 and h.ctid = any (array(
      select o.ctid from tag_changes o where o.project_id = $1 and o.uncounted limit $2))
    returning 1
  )
  update tag_counts a set counted = false, version = a.version + 1
  where a.project_id = $1 and exists (select 1 from seen)`,
  bound: 'long',
};
