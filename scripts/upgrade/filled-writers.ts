import { setTimeout as sleep } from 'node:timers/promises';
import { openstack, type Speaker } from '../../test/support/dialects';
import type { Question, Record } from '../../test/support/history';
import { Random } from '../../test/support/random';
import type { Answer } from '../../test/support/wire';
import { filledImageId } from '../bench/site';
import type { FilledProject } from './filled-project';

export interface FilledWriterOptions {
  readonly filled: FilledProject;
  readonly writers: number;
  /** ms between two calls of a writer, on average */
  readonly delayMs: number;
  readonly speakerOf: (writer: number) => Speaker;
  readonly record: Record;
  /** Number of the image that the migration is filling at the moment. */
  readonly front: () => number;
}

/** As many images as two steps of the migration: a writer meets the rows that it holds, and those that it comes to next. */
const nearFront = 400;

/** Writers that put tags on filled images and remove some again, half of them where the migration is. */
export class FilledWriters {
  /** What they have put and not removed, as `image tag`. */
  readonly written = new Set<string>();
  /** How many calls that changed something. */
  changes = 0;
  private running = true;
  private readonly work: Promise<unknown>;

  constructor(private readonly options: FilledWriterOptions) {
    this.work = Promise.all(Array.from({ length: options.writers }, (_, writer) => this.drive(writer)));
  }

  get keys(): string[] {
    return Array.from({ length: this.options.writers }, (_, writer) => keyOf(writer));
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  private async drive(writer: number): Promise<void> {
    const random = new Random(7_000 + writer);
    while (this.running) {
      await this.visit(writer, this.imageFor(writer, random), random);
      await sleep(random.next() * 2 * this.options.delayMs);
    }
  }

  /** No two writers share an image. */
  private imageFor(writer: number, random: Random): string {
    const { filled, writers, front } = this.options;
    const at = random.next() < 0.5 ? random.below(filled.images) : front() + random.below(nearFront);
    const own = Math.min(at, filled.images - 1);
    const number = own - (own % writers) + writer;
    return filledImageId(number < filled.images ? number : writer);
  }

  private async visit(writer: number, id: string, random: Random): Promise<void> {
    const speaker = this.options.speakerOf(writer);
    const value = random.oneOf(['', '0', '1']);
    const tag = value === '' ? keyOf(writer) : `${keyOf(writer)}=${value}`;
    if (!(await this.change(`put ${tag} @${id}`, () => openstack(speaker).put(id, tag)))) return;
    this.written.add(`${id} ${tag}`);
    if (random.next() < 0.5) return;
    if (await this.change(`remove ${tag} @${id}`, () => openstack(speaker).remove(id, tag)))
      this.written.delete(`${id} ${tag}`);
  }

  private async change(what: string, ask: () => Promise<Answer>): Promise<boolean> {
    const told: Question['told'] = ({ status }) => (status === 204 ? [] : null);
    const isDone = await this.options.record.ask({ what, ask, unheard: null, told });
    if (isDone) this.changes++;
    return isDone;
  }
}

function keyOf(writer: number): string {
  return `written-${String(writer)}`;
}
