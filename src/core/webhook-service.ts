import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from './caller';
import { type Clock, addSeconds } from './clock';
import type { FeedCursor } from './feed';
import { requireProjectAccess } from './project-settings';
import {
  mostWebhooks,
  type SealedWebhookSecret,
  type SecretVault,
  type Webhook,
  type WebhookChange,
  type WebhookDelivery,
  type WebhookRef,
  WebhookRefused,
  type WebhookStore,
  type WebhookUrlFault,
} from './webhook';

/** Seconds for which a replaced secret stays valid. */
export const rotationSeconds = 86_400;

/** bytes; Standard Webhooks wants 24 to 64 */
const secretLength = 32;

export interface WebhookDeps {
  readonly store: WebhookStore;
  readonly feed: { now(projectId: string): Promise<FeedCursor> };
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly faultOfUrl: (url: string) => WebhookUrlFault | null;
  /** Makes the worker of this process look for work. */
  readonly wake: () => void;
}

/** A webhook with the secret that is shown once. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: Buffer;
}

/** What projects do with their webhooks. Every method may throw Refused not-allowed, and WebhookRefused. */
export class WebhookService {
  constructor(private readonly deps: WebhookDeps) {}

  async list(caller: Caller): Promise<readonly Webhook[]> {
    return this.deps.store.list(requireProjectAccess(caller, 'get_images'));
  }

  async show(caller: Caller, webhookId: string): Promise<Webhook> {
    const webhook = { projectId: requireProjectAccess(caller, 'get_images'), webhookId };
    return found(webhookId, await this.deps.store.get(webhook));
  }

  async create(caller: Caller, wanted: Required<WebhookChange>): Promise<WebhookWithSecret> {
    const { store, feed, clock } = this.deps;
    const projectId = requireProjectAccess(caller, 'modify_image');
    this.requireUrl(wanted.url);
    const { secret, sealed } = this.newSecret();
    const from = await feed.now(projectId);
    const created = { ...wanted, projectId, webhookId: randomUUID(), from };
    const webhook = await store.create(created, sealed, clock.now());
    if (webhook) return { webhook, secret };
    throw new WebhookRefused({ kind: 'webhook-limit-reached', limit: mostWebhooks });
  }

  /** A changed or enabled webhook is tried at once; its cursor stays. */
  async change(caller: Caller, webhookId: string, change: WebhookChange): Promise<Webhook> {
    const { store, clock, wake } = this.deps;
    const webhook = modified(caller, webhookId);
    if (change.url !== undefined) this.requireUrl(change.url);
    const changed = found(webhookId, await store.change(webhook, change, clock.now()));
    wake();
    return changed;
  }

  async remove(caller: Caller, webhookId: string): Promise<void> {
    const removed = await this.deps.store.remove(modified(caller, webhookId));
    if (!removed) throw new WebhookRefused({ kind: 'webhook-not-found', webhookId });
  }

  async rotate(
    caller: Caller,
    webhookId: string,
  ): Promise<WebhookWithSecret & { readonly previousUntil: string }> {
    const { store, clock, wake } = this.deps;
    const { secret, sealed } = this.newSecret();
    const at = clock.now();
    const previousUntil = addSeconds(at, rotationSeconds);
    const rotated = await store.rotate(modified(caller, webhookId), sealed, at, previousUntil);
    wake();
    return { webhook: found(webhookId, rotated), secret, previousUntil };
  }

  /** @returns the id of the event that will be sent */
  async test(caller: Caller, webhookId: string): Promise<string> {
    const { store, wake } = this.deps;
    const testId = `test-${randomUUID()}`;
    const pending = await store.requestTest(modified(caller, webhookId), testId);
    wake();
    return found(webhookId, pending);
  }

  async deliveries(caller: Caller, webhookId: string, limit: number): Promise<readonly WebhookDelivery[]> {
    const webhook = await this.show(caller, webhookId);
    return this.deps.store.deliveries(webhook, limit);
  }

  private requireUrl(url: string): void {
    const fault = this.deps.faultOfUrl(url);
    if (fault !== null) throw new WebhookRefused({ kind: 'webhook-url', fault });
  }

  private newSecret(): { readonly secret: Buffer; readonly sealed: SealedWebhookSecret } {
    const secret = randomBytes(secretLength);
    return { secret, sealed: this.deps.vault.seal(randomUUID(), secret) };
  }
}

function modified(caller: Caller, webhookId: string): WebhookRef {
  return { projectId: requireProjectAccess(caller, 'modify_image'), webhookId };
}

/** @throws WebhookRefused webhook-not-found */
function found<Result>(webhookId: string, result: Result | undefined): Result {
  if (result !== undefined) return result;
  throw new WebhookRefused({ kind: 'webhook-not-found', webhookId });
}
