import type { Instant } from './clock';
import type { FeedCursor } from './feed';

/** Webhooks of one project. */
export const mostWebhooks = 10;

/** Deliveries kept of one webhook. */
export const mostDeliveries = 100;

export interface WebhookRef {
  readonly projectId: string;
  readonly webhookId: string;
}

/** Why the gateway disabled a webhook: the receiver answered 410, or the last attempt failed. */
export type DisabledReason = 'gone' | 'failing';

export interface Webhook extends WebhookRef {
  readonly url: string;
  /** null: every change of the project */
  readonly selector: string | null;
  readonly isEnabled: boolean;
  /** null while enabled, or if its owner disabled it */
  readonly disabledReason: DisabledReason | null;
  /** Failed attempts at the next event. */
  readonly failures: number;
  /** No attempt before. */
  readonly nextAt: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface NewWebhook extends Pick<
  Webhook,
  'projectId' | 'webhookId' | 'url' | 'selector' | 'isEnabled'
> {
  readonly from: FeedCursor;
}

export type WebhookChange = Partial<Pick<Webhook, 'url' | 'selector' | 'isEnabled'>>;

/** A secret at rest. */
export interface SealedWebhookSecret {
  readonly secretId: string;
  readonly keyId: string;
  readonly text: string;
}

/** Seals secrets at rest. */
export interface SecretVault {
  seal(secretId: string, secret: Buffer): SealedWebhookSecret;
  /** @throws Error if it was sealed with another master key */
  open(sealed: SealedWebhookSecret): Buffer;
}

/** One attempt. */
export interface WebhookDelivery {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly type: string;
  /** null for events that concern no image */
  readonly imageId: string | null;
  readonly revision: number | null;
  readonly attempt: number;
  readonly at: Instant;
  readonly milliseconds: number;
  /** null if there was no answer */
  readonly status: number | null;
  readonly fault: string | null;
}

export interface WebhookStore {
  list(projectId: string): Promise<readonly Webhook[]>;
  get(webhook: WebhookRef): Promise<Webhook | undefined>;
  /** @returns undefined if the project has `mostWebhooks` */
  create(webhook: NewWebhook, secret: SealedWebhookSecret, at: Instant): Promise<Webhook | undefined>;
  change(webhook: WebhookRef, change: WebhookChange, at: Instant): Promise<Webhook | undefined>;
  remove(webhook: WebhookRef): Promise<boolean>;
  /** Adds a secret; the one before is valid until `previousUntil`, older ones are removed. */
  rotate(
    webhook: WebhookRef,
    secret: SealedWebhookSecret,
    at: Instant,
    previousUntil: Instant,
  ): Promise<Webhook | undefined>;
  /** Requests a test event, unless one is pending. @returns the id of the pending one */
  requestTest(webhook: WebhookRef, testId: string): Promise<string | undefined>;
  /** Newest first. */
  deliveries(webhook: WebhookRef, limit: number): Promise<readonly WebhookDelivery[]>;
}

/** A webhook that one worker delivers to. */
export interface LeasedWebhook extends Webhook {
  readonly place: FeedCursor;
  /** A requested test event. */
  readonly testId: string | null;
}

/** What is known after an attempt, or without one. Members left out stay. */
export interface WebhookStateUpdate {
  /** Delivered, or not concerned, up to here. */
  readonly place?: FeedCursor;
  /** This test event was sent. */
  readonly testId?: string;
  /** Counts only if the webhook is the one of the attempt, not changed since. */
  readonly failure?: { readonly nextAt: Instant; readonly disabled: DisabledReason | null };
}

/** Deliveries that are due; several gateways share them by leases. */
export interface WebhookQueue {
  /** Of all projects, longest due first. */
  due(at: Instant, limit: number): Promise<readonly WebhookRef[]>;
  /** @returns undefined if another worker has it, or it is no longer due */
  lease(webhook: WebhookRef, worker: string, at: Instant, until: Instant): Promise<LeasedWebhook | undefined>;
  /** Extends the lease, too. @returns undefined if the lease was lost, or the webhook removed */
  updateState(
    webhook: LeasedWebhook,
    worker: string,
    update: WebhookStateUpdate,
    at: Instant,
    until: Instant,
  ): Promise<LeasedWebhook | undefined>;
  release(webhook: WebhookRef, worker: string): Promise<void>;
  /** Newest first, those that are valid. */
  secrets(webhook: WebhookRef, at: Instant): Promise<readonly SealedWebhookSecret[]>;
  /** Records an attempt, and removes what is beyond `mostDeliveries` or older than `oldest`. */
  record(webhook: WebhookRef, delivery: WebhookDelivery, oldest: Instant): Promise<void>;
}

/** Why no webhook can have a URL. */
export type WebhookUrlFault = 'malformed' | 'scheme' | 'credentials' | 'fragment' | 'address';

/** Refusals specific to webhooks, as facts. */
export type WebhookRefusal =
  | { readonly kind: 'webhook-not-found'; readonly webhookId: string }
  | { readonly kind: 'webhook-limit-reached'; readonly limit: number }
  | { readonly kind: 'webhook-url'; readonly fault: WebhookUrlFault };

export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';
  constructor(readonly refusal: WebhookRefusal) {
    super(refusal.kind);
  }
}
