import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { ConnectionSettings } from '../../src/storage/database/database';
import { allowed } from '../../test/support/allowed';
import type { Record } from '../../test/support/history';
import { filledImageId } from '../bench/site';
import { say } from '../ha/report';
import type { FilledProject } from './filled-project';

const intervalMs = 100;
const reportedEveryMs = 10_000;
const undefinedColumn = '42703';

/** Looks where the migration is, for the writers that are to meet it, and says so where it takes long. */
export class MigrationWatch {
  /** Number of the image that is filled at the moment. */
  front = 0;
  /** ms that a call may take; the longest that the machine's load gave reason for. */
  allowedMs = allowed(1_000);
  private running = true;
  private readonly begun = performance.now();
  private readonly client: Client;
  private readonly work: Promise<void>;

  constructor(
    connection: ConnectionSettings,
    private readonly filled: FilledProject,
    private readonly record: Record,
  ) {
    this.client = new Client(connection);
    this.work = this.watch();
    // Thrown by `stop`.
    this.work.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.work.finally(() => this.client.end());
  }

  private async watch(): Promise<void> {
    await this.client.connect();
    for (let reported = this.begun; this.running;) {
      this.front = await this.firstUnfilled();
      this.allowedMs = Math.max(this.allowedMs, allowed(1_000));
      if (performance.now() - reported > reportedEveryMs) {
        reported = performance.now();
        say(await this.report());
      }
      await sleep(intervalMs);
    }
  }

  /** Images are filled in the order of their ids, but for rows that a writer held. */
  private async firstUnfilled(): Promise<number> {
    let least = this.front;
    let step = 1;
    while (least + step <= this.filled.images && (await this.isFilled(least + step - 1))) {
      least += step;
      step *= 2;
    }
    for (; step >= 1; step /= 2)
      if (least + step <= this.filled.images && (await this.isFilled(least + step - 1))) least += step;
    return least;
  }

  private async isFilled(number: number): Promise<boolean> {
    const text = `select image_created_at is not null as filled from image_tags
      where project_id = $1 and image_id = $2 and key = 'env'`;
    try {
      const values = [this.filled.project, filledImageId(number)];
      return (await this.client.query<{ filled: boolean }>(text, values)).rows[0]?.filled === true;
    } catch (error) {
      if ((error as { code?: string }).code === undefinedColumn) return false;
      throw error;
    }
  }

  private async report(): Promise<string> {
    const { rows } = await this.client.query<{ text: string }>(
      `select format('%s: %s, %s of %s', index_relid::regclass, phase, greatest(blocks_done, tuples_done),
        greatest(blocks_total, tuples_total)) as text from pg_stat_progress_create_index`,
    );
    const { operations, unknown, slowest, slowestWhat } = this.record;
    const calls = `${String(operations)} calls, ${String(unknown)} failed`;
    return [
      `${String(Math.round((performance.now() - this.begun) / 1000))} s`,
      `images filled: ${String(this.front)} of ${String(this.filled.images)}`,
      ...rows.map(({ text }) => text),
      `${calls}, the longest took ${String(Math.round(slowest))} ms (${slowestWhat})`,
    ].join('; ');
  }
}
