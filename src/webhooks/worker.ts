import { randomUUID } from 'node:crypto';
import { type Clock, addSeconds } from '../core/clock';
import type { WebhookQueue, WebhookRef } from '../core/webhook';
import { Courier, type CourierDeps } from './courier';

/** ms between looks for work */
const poll = 250;

/** Webhooks that this process serves at once, and those of one project among them: one slow receiver costs one. */
const most = { atOnce: 64, ofProject: 4, found: 256 };

/** Seconds; an attempt takes 20 at most. */
const leaseSeconds = 40;

/** Events of one webhook before others get their turn. */
const mostEvents = 50;

export interface WorkerDeps extends CourierDeps {
  readonly queue: WebhookQueue;
  readonly clock: Clock;
  /** Receives errors; the work is taken up again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Delivers events to webhooks, each in turn and at least once. Every process of every gateway runs one; a lease keeps them
 * apart, and one that ends with its process is taken over when it runs out.
 */
export class WebhookWorker {
  private readonly id = randomUUID();
  private readonly running = new Map<string, { readonly projectId: string; readonly done: Promise<void> }>();
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly deps: WorkerDeps) {}

  start(): void {
    this.schedule(poll);
  }

  /** Looks for work now. */
  readonly wake = (): void => {
    if (this.timer !== undefined) this.schedule(0);
  };

  /** Ends attempts under way; another process repeats them. */
  async close(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    await this.looking;
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    if (this.stop.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
        this.schedule(poll);
      });
    }, delay);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    try {
      const { queue, clock } = this.deps;
      for (const webhook of await queue.due(clock.now(), most.found)) this.begin(webhook);
    } catch (error) {
      this.deps.onError(error);
    }
  }

  private begin(webhook: WebhookRef): void {
    const { projectId, webhookId } = webhook;
    if (this.stop.signal.aborted || this.running.has(webhookId) || this.running.size >= most.atOnce) return;
    const ofProject = [...this.running.values()].filter((one) => one.projectId === projectId);
    if (ofProject.length >= most.ofProject) return;
    const done = this.serve(webhook)
      .catch(this.deps.onError)
      .finally(() => this.running.delete(webhookId));
    this.running.set(webhookId, { projectId, done });
  }

  private async serve(webhook: WebhookRef): Promise<void> {
    const { queue, clock } = this.deps;
    const until = (): string => addSeconds(clock.now(), leaseSeconds);
    const leased = await queue.lease(webhook, this.id, clock.now(), until());
    if (!leased) return;
    const courier = new Courier(this.deps, this.id, until, this.stop.signal);
    try {
      let current = leased;
      for (let count = 0; count < mostEvents && !this.stop.signal.aborted; count++) {
        const next = await courier.step(current);
        if (!next) break;
        current = next;
      }
    } finally {
      await queue.release(webhook, this.id);
    }
  }
}
