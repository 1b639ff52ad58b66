import type { Instant } from '../../core/clock';
import {
  type HistoryQuery,
  type HistoryRange,
  type HistoryStore,
  type CurrentTags,
  type RecordedChange,
  unrecordedDialect,
} from '../../core/history';
import type { ImageRef } from '../../core/image';
import type { Database, Statement } from '../database/database';
import { isCitus } from '../database/engine';
import { tagChangeColumns, changeFromRow, type TagChangeRow, historyCursorValues } from './change-rows';

/** $1 project, $2 image. A build without history leaves `history_revision` behind. */
const presentTags: Statement = {
  text: `select i.tag_revision as revision, i.updated_at, i.history_revision = i.tag_revision as recorded,
    (i.tag_revision = 0 and i.history_revision is null) as untouched,
    coalesce((select json_agg(t.name order by t.name) from image_tags t
      where t.project_id = $1 and t.image_id = $2), '[]') as tags
  from images i where i.project_id = $1 and i.id = $2`,
  reads: true,
};

const ofImage = 'from tag_changes h where h.project_id = $1 and h.image_id = $2';

/** $3 revision or null, $4 limit */
const historyOfImage: Statement = {
  text: `select ${tagChangeColumns} ${ofImage} and ($3::bigint is null or h.revision < $3)
  order by h.revision desc limit $4`,
  reads: true,
};

/** $3 revision */
const oneChange: Statement = {
  text: `select ${tagChangeColumns} ${ofImage} and h.revision = $3`,
  reads: true,
};

/** $3 moment. By revision: a clock that went back does not reorder an image's changes. */
const lastChangeBefore: Statement = {
  text: `select ${tagChangeColumns} ${ofImage} and h.at <= $3 order by h.revision desc limit 1`,
  reads: true,
};

/** The oldest and the newest behind the last unrecorded one. */
const reachOfImage: Statement = {
  text: `with first as (
    select coalesce(max(h.revision), -1) as revision ${ofImage} and h.dialect = '${unrecordedDialect}'
  )
  (select ${tagChangeColumns} from tag_changes h, first
    where h.project_id = $1 and h.image_id = $2 and h.revision >= first.revision order by h.revision limit 1)
  union all
  (select ${tagChangeColumns} ${ofImage} order by h.revision desc limit 1)`,
  reads: true,
};

/**
 * By `ctid`, as in feed-store.ts: 500 of 60 000 rows took 4.3 s by their key, 4 ms so. What a change of an older build says
 * about counts must not go with it. A reader who has not seen what goes is late: changes without a number leave one number
 * unused in their place. The feed is locked first, as by what numbers changes.
 */
const removeOldest: Statement = {
  text: `with head as materialized (
    select 1 from tag_feeds f where f.project_id = $1 for update
  ),
  old as (
    select h.ctid as row from tag_changes h
    where h.project_id = $1 and h.at < $2 order by h.at, h.image_id, h.revision limit $3
  ),
  gone as (
    delete from tag_changes h using old, (select count(*) from head) l
    where h.project_id = $1 and h.ctid = old.row
    returning h.position, h.uncounted
  ),
  feed as (
    update tag_feeds f set last = f.last + g.unnumbered,
      removed_to = greatest(f.removed_to, g.last, (f.last + 1) * g.unnumbered)
    from (select max(position) as last, (count(*) > count(position))::int as unnumbered from gone) g
    where f.project_id = $1 and (g.last is not null or g.unnumbered > 0) returning 1
  ),
  counts as (
    update tag_counts k set counted = false, version = k.version + 1
    where k.project_id = $1 and exists (select 1 from gone where gone.uncounted)
  )
  select count(*)::int as removed, (select count(*)::int from old) as found from gone`,
  bound: 'long',
};

/** Steps from one project to the next, instead of reading every change. */
const projectsWithHistory: Statement = {
  text: `with recursive found as (
    (select h.project_id from tag_changes h where h.project_id > $1 order by h.project_id limit 1)
    union all
    select n.project_id from found p, lateral (
      select h.project_id from tag_changes h where h.project_id > p.project_id order by h.project_id limit 1
    ) n
  )
  select project_id from found limit $2`,
  reads: true,
  bound: 'long',
};

/** Citus steps through no table of all projects, and reads the index of each shard instead. */
const projectsOfShards: Statement = {
  text: 'select distinct h.project_id from tag_changes h where h.project_id > $1 order by h.project_id limit $2',
  reads: true,
  bound: 'long',
};

interface PresentRow extends Record<string, unknown> {
  readonly revision: number;
  readonly updated_at: string;
  readonly recorded: boolean | null;
  readonly untouched: boolean;
  readonly tags: readonly string[];
}

interface RemovedRow extends Record<string, unknown> {
  readonly removed: number;
  readonly found: number;
}

export class PostgresHistoryStore implements HistoryStore {
  constructor(private readonly database: Database) {}

  async present(image: ImageRef): Promise<CurrentTags | undefined> {
    const [row] = await this.database.query<PresentRow>(presentTags, keyOf(image));
    if (!row) return undefined;
    const { revision, updated_at: updatedAt, tags, recorded, untouched } = row;
    // An image that an older build made without tags has no changes to record.
    return { revision, updatedAt, tags, isRecorded: recorded ?? (untouched && tags.length === 0) };
  }

  ofImage(image: ImageRef, limit: number, before: number | null): Promise<readonly RecordedChange[]> {
    return this.changes(historyOfImage, [...keyOf(image), before, limit]);
  }

  ofProject(query: HistoryQuery): Promise<readonly RecordedChange[]> {
    const values: unknown[] = [query.projectId];
    const bind = (value: unknown): string => `$${String(values.push(value))}`;
    const conditions = conditionsOf(query, bind);
    const text = `select ${tagChangeColumns} from tag_changes h where ${conditions.join(' and ')}
  order by h.at desc, h.image_id desc, h.revision desc limit ${bind(query.limit)}`;
    return this.changes({ text, reads: true, bound: 'long' }, values);
  }

  async change(image: ImageRef, revision: number): Promise<RecordedChange | undefined> {
    const [found] = await this.changes(oneChange, [...keyOf(image), revision]);
    return found;
  }

  async lastBefore(image: ImageRef, at: Instant): Promise<RecordedChange | undefined> {
    const [found] = await this.changes(lastChangeBefore, [...keyOf(image), at]);
    return found;
  }

  async reach(image: ImageRef): Promise<HistoryRange | undefined> {
    const [oldest, newest] = await this.changes(reachOfImage, keyOf(image));
    return oldest && newest && { oldest, newest };
  }

  async removeBefore(projectId: string, at: Instant, most: number): Promise<number> {
    for (;;) {
      const [row] = await this.database.query<RemovedRow>(removeOldest, [projectId, at, most]);
      const { removed, found } = row ?? { removed: 0, found: 0 };
      // A change that gets a number or is counted after it was found has another `ctid` by then.
      const haveMoved = removed === 0 && found > 0;
      if (!haveMoved) return removed;
    }
  }

  async projects(after: string, most: number): Promise<readonly string[]> {
    const statement = (await isCitus(this.database)) ? projectsOfShards : projectsWithHistory;
    const rows = await this.database.query<{ project_id: string }>(statement, [after, most]);
    return rows.map((row) => row.project_id);
  }

  private async changes(statement: Statement, values: readonly unknown[]): Promise<RecordedChange[]> {
    return (await this.database.query<TagChangeRow>(statement, values)).map(changeFromRow);
  }
}

function keyOf({ projectId, imageId }: ImageRef): string[] {
  return [projectId, imageId];
}

function conditionsOf(query: HistoryQuery, bind: (value: unknown) => string): string[] {
  const { imageId, name, key, userId, dialect, since, until, after } = query;
  const conditions = ['h.project_id = $1'];
  const ask = (value: unknown, condition: (place: string) => string): void => {
    if (value !== undefined) conditions.push(condition(bind(value)));
  };
  ask(imageId, (place) => `h.image_id = ${place}`);
  ask(name, (place) => `${place}::text = any(h.added || h.removed)`);
  ask(key, keyed);
  ask(userId, (place) => `h.user_id = ${place}`);
  ask(dialect, (place) => `h.dialect = ${place}`);
  ask(since, (place) => `h.at >= ${place}`);
  ask(until, (place) => `h.at < ${place}`);
  if (after) {
    const [at, image, revision] = historyCursorValues(after).map(bind);
    conditions.push(
      `(h.at, h.image_id, h.revision) < (${String(at)}, ${String(image)}, ${String(revision)})`,
    );
  }
  return conditions;
}

/** As `tagFromName` splits a text: what begins with `=` is a key and nothing else. */
function keyed(place: string): string {
  return `exists (select 1 from unnest(h.added || h.removed) as t (name)
    where t.name = ${place}::text or (${place}::text <> '' and starts_with(t.name, ${place}::text || '=')))`;
}
