import { setTimeout as sleep } from 'node:timers/promises';
import type { Speaker } from '../dialects';
import { EventReader, NoStream } from '../event-reader';
import type { Random } from '../random';
import { send } from '../wire';
import { ReaderLog } from './reader-log';
import { type CloudEvent, seenEvent, type SeenEvent } from './seen';

/** What becomes of an event on its way to the reader; for the proof that the check finds it. */
export type Tamper = (event: SeenEvent) => readonly SeenEvent[];

export interface Page {
  readonly items: readonly CloudEvent[];
  readonly next: string;
}

export function changesPath(project: string): string {
  return `/tags/v1/projects/${project}/changes`;
}

/** Follows the feed by long polls and streams in turn, through any gateway, and resumes anywhere. */
export class FeedReader {
  readonly log: ReaderLog;
  private running = true;
  private readonly stopping = new AbortController();
  private readonly work: Promise<void>;

  constructor(
    start: string,
    private readonly speaker: () => Speaker,
    private readonly random: Random,
    private readonly tamper: Tamper = (event) => [event],
  ) {
    this.log = new ReaderLog(start);
    this.work = this.run();
  }

  /** Reads on until it has seen so many events, or no more have come for a while. */
  async finish(events: number, mostIdleMs = 4_000): Promise<void> {
    this.running = false;
    this.stopping.abort();
    await this.work;
    const seen = this.log.events;
    for (let at = performance.now(), had = seen.length; seen.length < events;) {
      if (!(await this.poll(null, 1))) await sleep(100);
      if (seen.length > had) [at, had] = [performance.now(), seen.length];
      else if (performance.now() - at > mostIdleMs) return;
    }
  }

  private async run(): Promise<void> {
    while (this.running) {
      // A reader that always resumes early would never come to the end.
      const from = this.random.next() < 0.3 ? this.random : null;
      const mayGoOn = this.random.next() < 0.5 ? await this.stream(from) : await this.poll(from, 2);
      if (!mayGoOn) await sleep(50 + this.random.next() * 150);
    }
  }

  /** @param from null: from the end @returns false when there was no answer */
  private async poll(from: Random | null, wait: number): Promise<boolean> {
    const { port, project, ...who } = this.speaker();
    const query = `after=${this.log.resume(from)}&limit=${String(1 + this.random.below(200))}`;
    const path = `${changesPath(project)}?${query}&wait=${String(wait)}`;
    const answer = await send(port, 'GET', path, { ...who }).catch(() => null);
    if (answer === null || answer.status === 503) return false;
    if (answer.status !== 200) return this.unexpected(answer.status);
    const page = answer.json<Page>();
    for (const event of page.items.map(seenEvent)) this.see(event);
    this.log.mark(page.next);
    return true;
  }

  private async stream(from: Random | null): Promise<boolean> {
    const { port, project, token = '' } = this.speaker();
    const headers = { 'x-auth-token': token, 'last-event-id': this.log.resume(from) };
    const leave = new AbortController();
    const timer = setTimeout(() => {
      leave.abort();
    }, this.random.next() * 1_500);
    const stop = (): void => {
      leave.abort();
    };
    this.stopping.signal.addEventListener('abort', stop);
    try {
      const url = `http://127.0.0.1:${String(port)}`;
      const stream = await EventReader.open({ url }, changesPath(project), headers, leave);
      for (;;) {
        const { event, id, data } = await stream.next();
        if (event === 'message') this.see(seenEvent(JSON.parse(data) as CloudEvent));
        this.log.mark(id);
      }
    } catch (error) {
      const status = error instanceof NoStream ? error.status : 0;
      if (status !== 0 && status !== 503) this.unexpected(status);
      return leave.signal.aborted;
    } finally {
      clearTimeout(timer);
      this.stopping.signal.removeEventListener('abort', stop);
    }
  }

  private see(event: SeenEvent): void {
    for (const one of this.tamper(event)) this.log.see(one);
  }

  private unexpected(status: number): false {
    this.log.faults.push(`a reader was answered ${String(status)}`);
    return false;
  }
}
