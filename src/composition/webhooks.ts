import type { Clock } from '../core/clock';
import type { Observe } from '../core/observe';
import type { SecretVault } from '../core/webhook';
import { WebhookService } from '../core/webhook-service';
import { eventBody } from '../dialects/tagway/index';
import { sealContext } from '../identity/ports';
import { SealingKeys } from '../identity/sealing';
import type { Config } from '../settings/config';
import type { StateFolder } from '../settings/state-folder';
import type { Database } from '../storage/database/database';
import { PostgresWebhookQueue } from '../storage/webhooks/webhook-queue';
import { PostgresWebhookStore } from '../storage/webhooks/webhook-store';
import { AddressRules, type Resolve } from '../webhooks/addresses';
import type { WebhookObservation } from '../webhooks/observation';
import { WebhookSender } from '../webhooks/sender';
import { validateWebhookUrl } from '../webhooks/urls';
import { WebhookWorker } from '../webhooks/worker';
import type { History } from './history';

/** Webhooks; the service is absent if no history is kept. */
export interface Webhooks {
  readonly service?: WebhookService;
  readonly close: () => Promise<void>;
}

export interface WebhooksDeps {
  readonly database: Database;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly past: History;
  readonly observe: Observe<
    WebhookObservation | { readonly kind: 'background-failed'; readonly error: unknown }
  >;
  /** In place of the system's resolver. */
  readonly resolve?: Resolve;
}

export function createWebhooks(config: Config, deps: WebhooksDeps): Webhooks {
  const { database, folder, clock, past, observe, resolve } = deps;
  const { feed } = past;
  if (!feed) return { close: () => Promise.resolve() };
  const vault = vaultOf(config, folder);
  const rules = new AddressRules(config.webhookNetworks, resolve);
  const onError = (error: unknown): void => {
    observe({ kind: 'background-failed', error });
  };
  const queue = new PostgresWebhookQueue(database);
  const sender = new WebhookSender(rules);
  const worker = new WebhookWorker({ queue, feed, vault, sender, clock, eventBody, observe, onError });
  worker.start();
  return {
    service: new WebhookService({
      store: new PostgresWebhookStore(database),
      ...{ feed, vault, clock },
      faultOfUrl: (url) => validateWebhookUrl(rules, url),
      wake: worker.wake,
    }),
    close: () => worker.close(),
  };
}

/** The master key is read, or created, with the first webhook. */
function vaultOf({ masterKey }: Config, folder: StateFolder): SecretVault {
  let made: SealingKeys | undefined;
  const keys = (): SealingKeys => (made ??= new SealingKeys(folder.masterKey(masterKey)));
  return {
    seal: (secretId, secret) => ({ secretId, ...keys().seal(secret, sealContext.webhook(secretId)) }),
    open: ({ secretId, ...sealed }) => keys().open(sealed, sealContext.webhook(secretId)),
  };
}
