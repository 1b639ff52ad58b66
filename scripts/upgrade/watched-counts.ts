import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionSettings, Database } from '../../src/storage/database/database';
import { TagCounts } from '../../src/storage/tags/tag-counts';
import { compared, eager } from '../../test/support/tag-counts';
import type { Outcome } from './outcome';

interface Tag extends Record<string, unknown> {
  readonly key: string;
  readonly value: string;
}

/** Keeps counts of whatever tags with some keys a project has, and compares each with the tags of the same snapshot. */
export class WatchedCounts {
  private readonly database: Database;
  private readonly counts: TagCounts;
  private readonly faults = new Set<string>();
  private running = true;
  private compared = 0;
  private kept = 0;
  private readonly work: Promise<void>;

  constructor(
    connection: ConnectionSettings,
    private readonly projectId: string,
    private readonly keys: readonly string[],
  ) {
    this.database = new Database(connection, 2, () => undefined);
    this.counts = new TagCounts(this.database, undefined, eager);
    this.work = this.watch();
  }

  async stop(): Promise<Outcome> {
    this.running = false;
    await this.work;
    await this.counts.settled();
    await this.database.close();
    return {
      faults: [...this.faults],
      figures: { countsCompared: this.compared, countsKept: this.kept },
    };
  }

  private async watch(): Promise<void> {
    const text = `select distinct key, value from image_tags
      where project_id = $1 and key = any($2::text[]) and value <> ''`;
    while (this.running) {
      const tags = await this.database.query<Tag>({ text }, [this.projectId, this.keys]);
      for (const tag of tags) await this.look(tag);
      this.counts.changed(this.projectId);
      await sleep(20);
    }
  }

  private async look({ key, value }: Tag): Promise<void> {
    const tag = { projectId: this.projectId, key, value };
    await this.counts.count(tag);
    const { images, plain, kept } = await compared(this.database, tag);
    this.compared++;
    if (kept) this.kept++;
    if (images !== plain)
      this.faults.add(
        `the kept count of ${key}=${value} was ${String(images)}, and ${String(plain)} images had it`,
      );
  }
}
