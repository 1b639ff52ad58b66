import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedEvent, FeedHead, FeedStore, NumberedHead } from '../../core/feed';
import type { Database, Statement } from '../database/database';
import { tagChangeColumns, changeFromRow, type TagChangeRow } from './change-rows';

interface PlaceRow extends Record<string, unknown> {
  readonly feed_id: string;
  readonly removed_to: number;
  readonly last: number;
}

interface HeadRow extends PlaceRow {
  readonly project_id: string;
  readonly waiting: boolean;
}

interface EventRow extends TagChangeRow {
  readonly position: number;
}

/** Of `numberMany`: a place alone. Of `numberSome`: with the last event. */
type NumberedRow = PlaceRow & EventRow;

/** $1 projects */
const heads: Statement = {
  text: `select f.project_id, f.feed_id, f.removed_to, f.last,
    exists (select 1 from tag_changes h where h.project_id = f.project_id and h.position is null) as waiting
  from tag_feeds f where f.project_id = any($1::text[])`,
  reads: true,
};

/** $1 project, $2 id. No client can hold a position in the feed before, so its numbers may continue. */
const beginFeed: Statement = {
  text: `insert into tag_feeds (project_id, feed_id, removed_to, last)
  select $1, $2, h.last, h.last
  from (select coalesce(max(position), 0) as last from tag_changes where project_id = $1) h
  on conflict (project_id) do nothing`,
};

/**
 * $1 project, $2 feed, $3 its last number as seen before. The lock is only had while `last` is what was
 * seen before this statement's snapshot: another numberer's work is then in the snapshot, and no number is given twice. A
 * revision is written only after the one before it was committed: what is seen of an image has no gap, and its order
 * is that of the revisions, whatever the clocks say. A longer backlog is numbered image by image, so that no statement
 * sorts all of it. Rows are found again by `ctid`: of a project that statistics do not know yet, Postgres would compare each
 * row with each (12 000 rows: 13 s). It has a name: planning it takes 0.4 ms.
 */
function numbering(name: string, rows: number, numbered: string, found: string): Statement {
  return {
    name,
    text: `with head as materialized (
    select f.last from tag_feeds f where f.project_id = $1 and f.feed_id = $2 and f.last = $3::bigint
    for update skip locked
  ),
  waiting as (
    select h.ctid as row, h.image_id, h.revision, h.at from tag_changes h
    where h.project_id = $1 and h.position is null order by h.image_id, h.revision limit ${String(rows)}
  ),
  fresh as (
    select o.row, row_number() over (order by o.since, o.image_id, o.revision) as place
    from (select *, max(at) over (partition by image_id order by revision) as since from waiting) o
  ),
  numbered as (
    update tag_changes h set position = $3::bigint + fresh.place from fresh, head
    where h.project_id = $1 and h.ctid = fresh.row and h.position is null
    returning ${numbered}
  ),
  raised as (
    update tag_feeds f set last = n.last from (select max(position) as last from numbered) n
    where f.project_id = $1 and n.last is not null returning f.feed_id, f.removed_to, f.last
  )
  ${found}`,
    bound: 'long',
  };
}

/** Rows of one statement; a project that was never watched may have a million. */
const most = { some: 1_000, many: 20_000 };

/** The numbered ones are wanted by readers at once: it gives them, too. */
const numberSome = numbering(
  'number-changes',
  most.some,
  'h.*',
  `select r.feed_id, r.removed_to, r.last, h.position, ${tagChangeColumns}
  from numbered h left join raised r on r.last = h.position order by h.position`,
);

const numberMany = numbering(
  'number-many-changes',
  most.many,
  'h.position',
  'select r.feed_id, r.removed_to, r.last from raised r',
);

/** bytes of tags after which a page ends: many watchers read at once, and an image has up to 128 KiB of tags */
const mostRead = 1024 * 1024;

/** $1 project, $2 position, $3 limit */
const readFeed: Statement = {
  text: `select ${tagChangeColumns}, h.position from (
    select p.*, sum(octet_length(array_to_string(p.tags, ''))) over (
      order by p.position rows between unbounded preceding and 1 preceding) as before
    from (select * from tag_changes where project_id = $1 and position > $2 order by position limit $3) p
  ) h where h.before is null or h.before < ${String(mostRead)} order by h.position`,
  reads: true,
};

/** ms; for another gateway that is numbering */
const lockTimeoutMs = 1_000;
/** ms between two tries */
const retryMs = 20;

type ProjectHead = FeedHead & { readonly waiting: boolean };

interface Run {
  readonly current: Promise<NumberedHead>;
  /** For calls since it began, which may be after a commit that it does not see. */
  next?: Promise<NumberedHead>;
}

export class PostgresFeedStore implements FeedStore {
  private readonly runs = new Map<string, Run>();

  constructor(private readonly database: Database) {}

  number(projectId: string, seen?: FeedHead): Promise<NumberedHead> {
    const run = this.runs.get(projectId);
    if (!run) return this.begin(projectId, seen);
    const again = (): Promise<NumberedHead> => this.begin(projectId);
    run.next ??= run.current.then(again, again);
    return run.next;
  }

  private begin(projectId: string, seen?: FeedHead): Promise<NumberedHead> {
    const run: Run = { current: this.numberNow(projectId, seen && { ...seen, waiting: true }) };
    this.runs.set(projectId, run);
    const end = (): void => {
      if (this.runs.get(projectId) === run) this.runs.delete(projectId);
    };
    run.current.then(end, end);
    return run.current;
  }

  private async numberNow(projectId: string, seen: ProjectHead | undefined): Promise<NumberedHead> {
    const deadline = performance.now() + lockTimeoutMs;
    for (let isBacklog = false, known = seen; ; known = undefined) {
      const head = known ?? (await this.head(projectId));
      if (!head) {
        await this.database.query(beginFeed, [projectId, randomUUID()]);
        continue;
      }
      if (!head.waiting) return head;
      const limit = isBacklog ? most.many : most.some;
      const rows = await this.database.query<NumberedRow>(isBacklog ? numberMany : numberSome, [
        projectId,
        head.feedId,
        head.last,
      ]);
      const numbered = rows.at(-1);
      if (!numbered) {
        // Another gateway numbers them.
        if (performance.now() > deadline) return head;
        await sleep(retryMs);
      } else if (numbered.last - head.last < limit) {
        return isBacklog ? headOf(numbered) : { ...headOf(numbered), events: rows.map(eventOf) };
      } else isBacklog = true;
    }
  }

  async heads(projectIds: readonly string[]): Promise<ReadonlyMap<string, ProjectHead>> {
    const rows = await this.database.query<HeadRow>(heads, [projectIds]);
    return new Map(rows.map((row) => [row.project_id, { ...headOf(row), waiting: row.waiting }]));
  }

  async read(projectId: string, after: number, limit: number): Promise<readonly FeedEvent[]> {
    return (await this.database.query<EventRow>(readFeed, [projectId, after, limit])).map(eventOf);
  }

  private async head(projectId: string): Promise<ProjectHead | undefined> {
    return (await this.heads([projectId])).get(projectId);
  }
}

function headOf({ feed_id: feedId, removed_to: removedTo, last }: PlaceRow): FeedHead {
  return { feedId, removedTo, last };
}

function eventOf(row: EventRow): FeedEvent {
  // Not a copy with one member more, which takes V8 microseconds.
  return Object.assign(changeFromRow(row), { position: row.position });
}
