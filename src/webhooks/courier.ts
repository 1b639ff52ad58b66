import { randomUUID } from 'node:crypto';
import { type Clock, addSeconds } from '../core/clock';
import type { FeedEvent, FeedCursor } from '../core/feed';
import { eventsMatchingBeforeOrAfter } from '../core/feed-selection';
import type { FeedService } from '../core/feed-service';
import type { Observe } from '../core/observe';
import { parseSelector } from '../core/selector';
import type { TagCondition } from '../core/tag-condition';
import type {
  DisabledReason,
  LeasedWebhook,
  SecretVault,
  WebhookStateUpdate,
  WebhookQueue,
} from '../core/webhook';
import { changeMessage, type EventBody, expiredMessage, testMessage, type WebhookMessage } from './messages';
import type { WebhookObservation } from './observation';
import { retryDelaySeconds } from './schedule';
import type { SendOutcome, WebhookSender } from './sender';
import { webhookSignatureHeaders } from './signature';

/** Events read at once. */
const pageSize = 100;

/** Seconds for which deliveries are kept. */
const keptSeconds = 30 * 86_400;

export interface CourierDeps {
  readonly queue: WebhookQueue;
  readonly feed: Pick<FeedService, 'read' | 'start'>;
  readonly vault: SecretVault;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly clock: Clock;
  readonly eventBody: EventBody;
  readonly observe: Observe<WebhookObservation>;
}

type Attempt = SendOutcome | { readonly kind: 'failed'; readonly fault: 'secret-unreadable' };

/** Brings the events of one webhook to its receiver, while it is leased. */
export class Courier {
  /** Read from the feed, and behind the place that the webhook has reached. */
  private read: readonly FeedEvent[] = [];

  constructor(
    private readonly deps: CourierDeps,
    private readonly worker: string,
    private readonly until: () => string,
    private readonly stop: AbortSignal,
  ) {}

  /** Delivers one event. @returns the webhook behind it; undefined if there is nothing to do now */
  async step(webhook: LeasedWebhook): Promise<LeasedWebhook | undefined> {
    const { projectId, testId, place } = webhook;
    const now = this.deps.clock.now();
    if (testId !== null) return this.test(webhook, testMessage(projectId, testId, now));
    if (!webhook.isEnabled || webhook.nextAt > now) return undefined;
    this.read = this.read.filter(({ position }) => position > place.position);
    if (this.read.length === 0) {
      const page = await this.deps.feed.read(projectId, place, pageSize);
      if (page.kind === 'expired') return this.expired(webhook);
      if (page.events.length === 0) return undefined;
      this.read = page.events;
    }
    const [event] = eventsMatchingBeforeOrAfter(this.read, conditionOf(webhook));
    const end = event ?? this.read.at(-1);
    const reached = { feedId: place.feedId, position: end?.position ?? place.position };
    if (!event) return this.update(webhook, { place: reached });
    return this.deliver(webhook, changeMessage(this.deps.eventBody, place.feedId, event), reached);
  }

  private async expired(webhook: LeasedWebhook): Promise<LeasedWebhook | undefined> {
    const { projectId } = webhook;
    this.read = [];
    const start = await this.deps.feed.start(projectId);
    return this.deliver(webhook, expiredMessage(projectId, start, this.deps.clock.now()), start);
  }

  /** A test is one attempt, and counts neither for nor against the webhook. */
  private async test(webhook: LeasedWebhook, message: WebhookMessage): Promise<LeasedWebhook | undefined> {
    const answer = await this.attempt(webhook, message, 1);
    return answer && this.update(webhook, { testId: message.id });
  }

  private async deliver(
    webhook: LeasedWebhook,
    message: WebhookMessage,
    reached: FeedCursor,
  ): Promise<LeasedWebhook | undefined> {
    const failures = webhook.failures + 1;
    const answer = await this.attempt(webhook, message, failures);
    if (!answer) return undefined;
    if (isDelivered(answer)) return this.update(webhook, { place: reached });
    const retryAfter = answer.kind === 'answered' ? answer.retryAfter : null;
    const pause = retryDelaySeconds(failures, retryAfter);
    const disabled = isGone(answer) ? 'gone' : pause === null ? 'failing' : null;
    const nextAt = addSeconds(this.deps.clock.now(), pause ?? 0);
    const updated = await this.update(webhook, { failure: { nextAt, disabled } });
    if (updated && disabled) this.reportDisabled(webhook, disabled);
    return undefined;
  }

  /** @returns undefined if the gateway stops */
  private async attempt(
    webhook: LeasedWebhook,
    message: WebhookMessage,
    attempt: number,
  ): Promise<Attempt | undefined> {
    const at = this.deps.clock.now();
    const begun = performance.now();
    const answer = await this.send(webhook, message);
    if (this.stop.aborted && !isDelivered(answer)) return undefined;
    const milliseconds = Math.round(performance.now() - begun);
    const status = answer.kind === 'answered' ? answer.status : null;
    const fault = answer.kind === 'failed' ? answer.fault : null;
    const { id: eventId, type, imageId, revision, changedAt } = message;
    const delivery = { deliveryId: randomUUID(), eventId, type, imageId, revision, attempt };
    const result = { milliseconds, status, fault };
    await this.deps.queue.record(webhook, { ...delivery, at, ...result }, addSeconds(at, -keptSeconds));
    const { projectId, webhookId } = webhook;
    this.deps.observe({
      ...{ kind: 'webhook-tried', projectId, webhookId, eventId, attempt, ...result },
      outcome: isDelivered(answer) ? 'delivered' : 'failed',
      lagSeconds: changedAt === null ? null : Math.max(0, (Date.parse(at) - Date.parse(changedAt)) / 1000),
    });
    return answer;
  }

  /** Secrets are read for each attempt: one that was replaced counts at once. */
  private async send(webhook: LeasedWebhook, { id, body }: WebhookMessage): Promise<Attempt> {
    const { queue, vault, clock, sender } = this.deps;
    const now = clock.now();
    const secrets: Buffer[] = [];
    for (const sealed of await queue.secrets(webhook, now)) {
      try {
        secrets.push(vault.open(sealed));
      } catch {
        return { kind: 'failed', fault: 'secret-unreadable' };
      }
    }
    const headers = webhookSignatureHeaders(id, Math.floor(Date.parse(now) / 1000), body, secrets);
    return sender.send({ url: webhook.url, headers, body }, this.stop);
  }

  private update(webhook: LeasedWebhook, update: WebhookStateUpdate): Promise<LeasedWebhook | undefined> {
    return this.deps.queue.updateState(webhook, this.worker, update, this.deps.clock.now(), this.until());
  }

  private reportDisabled({ projectId, webhookId }: LeasedWebhook, reason: DisabledReason): void {
    this.deps.observe({ kind: 'webhook-disabled', projectId, webhookId, reason });
  }
}

function isDelivered(answer: Attempt): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
}

function isGone(answer: Attempt): boolean {
  return answer.kind === 'answered' && answer.status === 410;
}

/** It was checked when it was stored. */
function conditionOf({ selector }: LeasedWebhook): TagCondition | null {
  if (selector === null) return null;
  const parsed = parseSelector(selector);
  return 'condition' in parsed ? parsed.condition : null;
}
