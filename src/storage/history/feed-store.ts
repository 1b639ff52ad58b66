import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedEvent, FeedHead, FeedStore } from '../../core/feed';
import type { Database, Queryable, Statement } from '../database/database';
import { tagChangeColumns, changeOf, type ChangeRow } from './change-rows';

interface HeadRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly feed_id: string;
  readonly removed_to: number;
  readonly last: number;
  readonly waiting: boolean;
}

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

/** $1 project */
const lockFeed: Statement = {
  text: 'select last from tag_feeds where project_id = $1 for update skip locked',
};

/**
 * $1 project, $2 last number, $3 how many. Run after the lock, so its snapshot sees the previous numberer's work. A
 * revision is written only after the one before it was committed: what is seen of an image has no gap, and its order
 * is that of the revisions, whatever the clocks say. A longer backlog is numbered image by image, so that no statement
 * sorts all of it. Rows are found again by `ctid`: of a project that statistics do not know yet, Postgres would compare each
 * row with each (12 000 rows: 13 s).
 */
const numberChanges: Statement = {
  text: `with waiting as (
    select h.ctid as row, h.image_id, h.revision, h.at from tag_changes h
    where h.project_id = $1 and h.position is null order by h.image_id, h.revision limit $3
  ),
  fresh as (
    select o.row, row_number() over (order by o.since, o.image_id, o.revision) as place
    from (select *, max(at) over (partition by image_id order by revision) as since from waiting) o
  ),
  numbered as (
    update tag_changes h set position = $2::bigint + fresh.place from fresh
    where h.project_id = $1 and h.ctid = fresh.row and h.position is null
    returning fresh.place
  ),
  head as (
    update tag_feeds f set last = $2::bigint + n.place from (select coalesce(max(place), 0) as place from numbered) n
    where f.project_id = $1 returning f.last
  )
  select last from head`,
  bound: 'long',
};

/** $1 project, $2 position, $3 limit */
const readFeed: Statement = {
  text: `select ${tagChangeColumns}, h.position from tag_changes h
  where h.project_id = $1 and h.position > $2 order by h.position limit $3`,
  reads: true,
};

/** Rows of one statement; a project that was never watched may have a million. */
const mostNumbers = 20_000;

/** ms; for another gateway that is numbering */
const lockTimeoutMs = 1_000;
/** ms between two tries */
const retryMs = 20;

interface Run {
  readonly current: Promise<FeedHead>;
  /** For calls since it began, which may be after a commit that it does not see. */
  next?: Promise<FeedHead>;
}

export class PostgresFeedStore implements FeedStore {
  private readonly runs = new Map<string, Run>();

  constructor(private readonly database: Database) {}

  number(projectId: string): Promise<FeedHead> {
    const run = this.runs.get(projectId);
    if (!run) return this.begin(projectId);
    const again = (): Promise<FeedHead> => this.begin(projectId);
    run.next ??= run.current.then(again, again);
    return run.next;
  }

  private begin(projectId: string): Promise<FeedHead> {
    const run: Run = { current: this.numberNow(projectId) };
    this.runs.set(projectId, run);
    const end = (): void => {
      if (this.runs.get(projectId) === run) this.runs.delete(projectId);
    };
    run.current.then(end, end);
    return run.current;
  }

  private async numberNow(projectId: string): Promise<FeedHead> {
    const deadline = performance.now() + lockTimeoutMs;
    for (;;) {
      const head = await this.head(projectId);
      if (head?.waiting === false) return head;
      if (!head) {
        await this.database.query(beginFeed, [projectId, randomUUID()]);
        continue;
      }
      const numbered = await this.database.transaction((client) => numberUnlessLocked(client, projectId));
      if (numbered === mostNumbers) continue;
      if (numbered === 'locked' && performance.now() < deadline) {
        await sleep(retryMs);
        continue;
      }
      const after = await this.head(projectId);
      if (after) return after;
    }
  }

  async heads(
    projectIds: readonly string[],
  ): Promise<ReadonlyMap<string, FeedHead & { readonly waiting: boolean }>> {
    const rows = await this.database.query<HeadRow>(heads, [projectIds]);
    return new Map(
      rows.map(({ project_id, feed_id: feedId, removed_to: removedTo, last, waiting }) => [
        project_id,
        { feedId, removedTo, last, waiting },
      ]),
    );
  }

  async read(projectId: string, after: number, limit: number): Promise<readonly FeedEvent[]> {
    const rows = await this.database.query<ChangeRow & { position: number }>(readFeed, [
      projectId,
      after,
      limit,
    ]);
    return rows.map((row) => ({ ...changeOf(row), position: row.position }));
  }

  private async head(projectId: string): Promise<(FeedHead & { readonly waiting: boolean }) | undefined> {
    return (await this.heads([projectId])).get(projectId);
  }
}

/** @returns how many got a number */
async function numberUnlessLocked(client: Queryable, projectId: string): Promise<number | 'locked'> {
  const [head] = await client.query<{ last: number }>(lockFeed, [projectId]);
  if (!head) return 'locked';
  const [now] = await client.query<{ last: number }>(numberChanges, [projectId, head.last, mostNumbers]);
  return (now?.last ?? head.last) - head.last;
}
