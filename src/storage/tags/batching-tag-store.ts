import type { Instant } from '../../core/clock';
import { Unavailable } from '../../core/errors';
import type { ImageRef } from '../../core/image';
import type { PairSelector, TagOutcome, TagStore } from '../../core/ports';
import type { Pair, Tag } from '../../core/tag';
import { addTags, removeKeys, removePairs, removeTags, setTags } from './batch-statements';
import type { Database, Statement } from '../database/database';
import { type StoreObserver, unobserved } from '../database/observer';
import { type ChangeRow, outcomeOf, type PostgresTagStore, type Refusal } from './tag-store';

/**
 * Longer statements gain nothing more, and make all companions of long lists wait; more of them under way only wait
 * for each other's commit.
 */
const most = { changes: 64, entries: 640, underWay: 2 };

type Kind = 'add' | 'remove' | 'remove-key' | 'remove-pairs' | 'set';

interface Change {
  readonly kind: Kind;
  /** Of the image. */
  readonly key: string;
  /** The statement's parameters, in order. */
  readonly values: readonly unknown[];
  /** Columns of what the change names beside, all of one length. */
  readonly lists: readonly (readonly unknown[])[];
  /** The same change by itself. */
  readonly alone: () => Promise<TagOutcome>;
  readonly resolve: (outcome: TagOutcome) => void;
  readonly reject: (error: unknown) => void;
}

const kinds: Readonly<Record<Kind, { readonly statement: Statement; readonly refusal: Refusal }>> = {
  add: { statement: addTags, refusal: 'over-limit' },
  remove: { statement: removeTags, refusal: 'tag-missing' },
  'remove-key': { statement: removeKeys, refusal: 'tag-missing' },
  'remove-pairs': { statement: removePairs, refusal: null },
  set: { statement: setTags, refusal: 'over-limit' },
};

/**
 * Sends what arrives while a statement is under way together with the next one. A change is answered only
 * after the commit that holds it, so nothing acknowledged depends on memory; an idle gateway waits for nothing.
 * Changes of one image stay in their order and are never in one statement together.
 */
export class BatchingTagStore implements TagStore {
  private waiting: Change[] = [];
  private readonly busy = new Set<string>();
  private underWay = 0;
  private flushing = false;

  constructor(
    private readonly database: Database,
    private readonly single: PostgresTagStore,
    private readonly observer: StoreObserver = unobserved,
  ) {}

  add(image: ImageRef, tag: Tag, limit: number, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, tag.name, tag.key, tag.value, limit];
    return this.submit('add', image, values, [], () => this.single.add(image, tag, limit, at));
  }

  remove(image: ImageRef, name: string, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, name];
    return this.submit('remove', image, values, [], () => this.single.remove(image, name, at));
  }

  removeKey(image: ImageRef, key: string, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, key];
    return this.submit('remove-key', image, values, [], () => this.single.removeKey(image, key, at));
  }

  removePairs(image: ImageRef, pairs: readonly PairSelector[], at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at];
    const lists = [pairs.map(({ key }) => key), pairs.map(({ value }) => value)];
    return this.submit('remove-pairs', image, values, lists, () => this.single.removePairs(image, pairs, at));
  }

  set(image: ImageRef, tags: readonly Tag[], limit: number, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, limit];
    const lists = (['name', 'key', 'value'] as const).map((field) => tags.map((tag) => tag[field]));
    return this.submit('set', image, values, lists, () => this.single.set(image, tags, limit, at));
  }

  list(image: ImageRef): Promise<readonly Tag[] | undefined> {
    return this.single.list(image);
  }

  listProject(projectId: string): Promise<readonly Pair[]> {
    return this.single.listProject(projectId);
  }

  private submit(
    kind: Kind,
    image: ImageRef,
    values: readonly unknown[],
    lists: readonly (readonly unknown[])[],
    alone: () => Promise<TagOutcome>,
  ): Promise<TagOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ kind, key: keyOf(image), values, lists, alone, resolve, reject });
      this.flushSoon();
    });
  }

  /** At the end of this turn of the event loop: what the other sockets have brought in it can go along. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.underWay < most.underWay && this.waiting.length > 0) {
      const batch = this.take();
      if (batch.length === 0) return;
      this.underWay++;
      this.observer.batch(batch[0]?.kind ?? 'none', batch.length);
      void this.send(batch).finally(() => {
        this.underWay--;
        this.flush();
      });
    }
  }

  /** The oldest change that can go, and what of its kind can go with it. */
  private take(): Change[] {
    const batch: Change[] = [];
    const left: Change[] = [];
    const passed = new Set<string>();
    let entries = 0;
    for (const change of this.waiting) {
      const { key } = change;
      const isFirst = batch.length === 0;
      const goesAlong =
        batch.length < most.changes && batch[0]?.kind === change.kind && entries < most.entries;
      if ((isFirst || goesAlong) && !this.busy.has(key) && !passed.has(key)) {
        this.busy.add(key);
        batch.push(change);
        entries += change.lists[0]?.length ?? 0;
      } else {
        // Whatever comes later for this image stays behind it.
        passed.add(key);
        left.push(change);
      }
    }
    this.waiting = left;
    return batch;
  }

  private async send(batch: readonly Change[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first) {
      await this.sendAlone(first);
      return;
    }
    try {
      const rows = await this.ask(batch);
      batch.forEach((change, index) => {
        this.answer(change, rows.get(index + 1));
      });
    } catch (error) {
      for (const change of batch) this.afterFailure(change, error);
    }
  }

  private async sendAlone(change: Change): Promise<void> {
    try {
      this.finish(change, await change.alone());
    } catch (error) {
      this.fail(change, error);
    }
  }

  /**
   * Overtaken by a writer elsewhere, or held by one: once more by itself, where the row lock decides. Its companions do
   * not wait for that, nor does the next batch.
   */
  private answer(change: Change, row: ChangeRow | undefined): void {
    if (row?.allowed === true && !row.done) void this.sendAlone(change);
    else this.finish(change, outcomeOf(row, kinds[change.kind].refusal));
  }

  /**
   * One bad row fails its companions, so each goes alone and gets its own answer. But when the store is away
   * the batch may have happened: to ask again could turn a removal that was done into "was not there".
   */
  private afterFailure(change: Change, error: unknown): void {
    if (error instanceof Unavailable) this.fail(change, error);
    else void this.sendAlone(change);
  }

  private finish(change: Change, outcome: TagOutcome): void {
    change.resolve(outcome);
    this.free(change);
  }

  private fail(change: Change, error: unknown): void {
    change.reject(error);
    this.free(change);
  }

  /** What waited for this image may go. */
  private free({ key }: Change): void {
    this.busy.delete(key);
    if (this.waiting.length > 0) this.flushSoon();
  }

  private async ask(batch: readonly Change[]): Promise<Map<number, ChangeRow>> {
    const [first] = batch;
    if (!first) return new Map();
    const parameters = [...columnsOf(batch, first.values.length), ...listsOf(batch, first.lists.length)];
    const { statement } = kinds[first.kind];
    const rows = await this.database.query<ChangeRow & { place: number }>(statement, parameters);
    return new Map(rows.map((row) => [row.place, row]));
  }
}

function columnsOf(batch: readonly Change[], width: number): unknown[][] {
  return Array.from({ length: width }, (_, column) => batch.map((change) => change.values[column]));
}

/** The places where each change's part of the lists begins and ends, counted from 1, and the lists in one. */
function listsOf(batch: readonly Change[], width: number): unknown[][] {
  if (width === 0) return [];
  let end = 0;
  const last = batch.map((change) => (end += change.lists[0]?.length ?? 0));
  const first = last.map((_, index) => (last[index - 1] ?? 0) + 1);
  const lists = Array.from({ length: width }, (_, list) =>
    batch.flatMap((change) => change.lists[list] ?? []),
  );
  return [first, last, ...lists];
}

function keyOf({ projectId, imageId }: ImageRef): string {
  return `${projectId} ${imageId}`;
}
