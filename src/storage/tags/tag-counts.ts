import { LRUCache } from 'lru-cache';
import { Unavailable } from '../../core/errors';
import type { Database } from '../database/database';
import { activeDryRun } from '../database/dry-run';
import { isCitus } from '../database/engine';
import {
  addTagCount,
  waitForTagWriters,
  type CountRow,
  countTag,
  findTagCount,
  foldTagCountChanges,
  discardAllTagCounts,
  discardTagCounts,
  computeTagCount,
} from './tag-count-statements';

export interface CountedTag {
  readonly projectId: string;
  readonly key: string;
  /** Not empty: an image has such a tag once. */
  readonly value: string;
}

/** When what is done. */
export interface CountBounds {
  /** Images of a tag from which on its count is kept. */
  readonly least: number;
  /** Tags of a project whose counts are kept. */
  readonly most: number;
  /** Changes of a count after which a reader has them put together. */
  readonly changes: number;
  /** ms between two tries to keep a count, or to give the counts of a project up */
  readonly pauseMs: number;
  /** ms in which a project's changes are put together once, while there are new ones */
  readonly foldMs: number;
}

const usualBounds: CountBounds = { least: 2_000, most: 1_000, changes: 200, pauseMs: 60_000, foldMs: 30_000 };

/** Changes of an older build that one statement looks at. */
const together = 10_000;

/**
 * How many images have a tag, exactly. To count a tag that is on many takes long, so its count is kept from then on: in the background,
 * and where that fails, tags are counted as before.
 */
export class TagCounts {
  private readonly tried: LRUCache<string, true>;
  /** By project, until when its changes are left alone. Every change looks here: an entry with a ttl would set a timer each time. */
  private readonly folded = new LRUCache<string, number>({ max: 10_000 });
  private readonly working = new Map<string, Promise<void>>();
  private begun: Promise<unknown> | undefined;

  /** @param onError called when background work fails, except for a database that is away or busy (Unavailable) */
  constructor(
    private readonly database: Database,
    private readonly onError: (error: unknown) => void = () => undefined,
    private readonly bounds: CountBounds = usualBounds,
  ) {
    this.tried = new LRUCache({ max: 10_000, ttl: bounds.pauseMs });
  }

  async count(tag: CountedTag): Promise<number> {
    await this.begin();
    const values = [tag.projectId, tag.key, tag.value];
    const [row] = await this.database.query<CountRow>(countTag, values);
    if (!row) throw new Error('it has one row');
    const { images, kept, changes, behind } = row;
    if (behind) this.giveUpSoon(tag.projectId);
    else if (kept && (changes ?? 0) > this.bounds.changes) this.fold(tag.projectId);
    else if (!kept && images >= this.bounds.least) this.soon(JSON.stringify(values), () => this.keep(values));
    return images;
  }

  /** Before the first count. In a dry run the counts are given up for it alone. */
  private begin(): Promise<unknown> {
    if (this.begun) return this.begun;
    const begun = this.database.query(discardAllTagCounts, []);
    if (activeDryRun()) return begun;
    this.begun = begun;
    begun.catch(() => (this.begun = undefined));
    return begun;
  }

  /** Call after tags of a project were changed, so that changes of counts do not become many where no list asks for counts. */
  changed(projectId: string): void {
    const now = performance.now();
    if ((this.folded.get(projectId) ?? 0) > now) return;
    this.folded.set(projectId, now + this.bounds.foldMs);
    this.fold(projectId);
  }

  /** For tests: when nothing is done in the background. */
  async settled(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working.values());
  }

  private soon(what: string, work: () => Promise<void>): void {
    if (this.tried.has(what)) return;
    this.tried.set(what, true);
    this.work(what, work);
  }

  private work(what: string, work: () => Promise<void>): void {
    // What a dry run changes is rolled back, and this would be a part of it.
    if (this.working.has(what) || activeDryRun()) return;
    const done = work()
      .catch((error: unknown) => {
        if (!(error instanceof Unavailable)) this.onError(error);
      })
      .finally(() => this.working.delete(what));
    this.working.set(what, done);
  }

  private async keep(values: readonly string[]): Promise<void> {
    const [found] = await this.database.query(findTagCount, values);
    if (!found) await this.add(values);
    await this.database.query(computeTagCount, values);
  }

  /** Where a long transaction writes tags, writers wait once in a while, and not for each tag that is counted. */
  private async add(values: readonly string[]): Promise<void> {
    if (this.tried.has('lock')) throw new Unavailable('other writers are under way', 'not-done');
    try {
      await this.database.transaction(async (client) => {
        for (const statement of waitForTagWriters) await client.query(statement, []);
        await client.query(addTagCount, [...values, this.bounds.most]);
      });
    } catch (error) {
      this.tried.set('lock', true);
      throw error;
    }
  }

  private fold(projectId: string): void {
    this.work(`fold ${projectId}`, async () => {
      if (await isCitus(this.database)) return;
      const [row] = await this.database.query<{ behind: boolean }>(foldTagCountChanges, [projectId]);
      if (row?.behind === true) this.giveUpSoon(projectId);
    });
  }

  private giveUpSoon(projectId: string): void {
    this.soon(`give up ${projectId}`, async () => {
      await this.database.query(discardTagCounts, [projectId, together]);
    });
  }
}
