import type { Instant } from '../../core/clock';
import {
  mostWebhooks,
  type NewWebhook,
  type SealedWebhookSecret,
  type Webhook,
  type WebhookChange,
  type WebhookDelivery,
  type WebhookRef,
  type WebhookStore,
} from '../../core/webhook';
import type { Database, Queryable, Statement } from '../database/database';
import { webhookColumns, webhookFromRow, type WebhookRow } from './webhook-rows';

/** $1 project */
const listWebhooks: Statement = {
  text: `select ${webhookColumns} from webhooks w where w.project_id = $1 order by w.created_at, w.webhook_id`,
  reads: true,
};

/** $1 project, $2 webhook */
const getWebhook: Statement = {
  text: `select ${webhookColumns} from webhooks w where w.project_id = $1 and w.webhook_id = $2`,
  reads: true,
};

/** $1 project */
const takenSlots: Statement = { text: 'select slot from webhooks where project_id = $1' };

/** $1 project, $2 webhook, $3 slot, $4 url, $5 selector, $6 enabled, $7 feed, $8 position, $9 now */
const insertWebhook: Statement = {
  text: `insert into webhooks as w (project_id, webhook_id, slot, url, selector, is_enabled, feed_id, position, failures,
    next_at, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $9)
  on conflict (project_id, slot) do nothing returning ${webhookColumns}`,
};

/** $1 project, $2 webhook, $3 secret id, $4 master key, $5 sealed, $6 now */
const insertSecret: Statement = {
  text: `insert into webhook_secrets (project_id, webhook_id, secret_id, key_id, secret, created_at)
  values ($1, $2, $3, $4, $5, $6)`,
};

/** $1 project, $2 webhook, $3 now, $4 url or null, $5 whether the selector is set, $6 selector, $7 enabled or null */
const changeWebhook: Statement = {
  text: `update webhooks w set url = coalesce($4::text, w.url),
    selector = case when $5::boolean then $6::text else w.selector end,
    is_enabled = coalesce($7::boolean, w.is_enabled),
    disabled_reason = case when $7::boolean is null then w.disabled_reason end,
    failures = 0, next_at = $3, updated_at = $3
  where w.project_id = $1 and w.webhook_id = $2 returning ${webhookColumns}`,
};

/** $1 project, $2 webhook. Its secrets and deliveries go with it. */
const removeWebhook: Statement = {
  text: 'delete from webhooks where project_id = $1 and webhook_id = $2 returning 1',
};

/** $1 project, $2 webhook, $3 now */
const touchWebhook: Statement = {
  text: `update webhooks w set next_at = $3, updated_at = $3
  where w.project_id = $1 and w.webhook_id = $2 returning ${webhookColumns}`,
};

/** $1 project, $2 webhook: those replaced before */
const removeReplaced: Statement = {
  text: 'delete from webhook_secrets where project_id = $1 and webhook_id = $2 and expires_at is not null',
};

/** $1 project, $2 webhook, $3 until */
const expireSecret: Statement = {
  text: `update webhook_secrets set expires_at = $3
  where project_id = $1 and webhook_id = $2 and expires_at is null`,
};

/** $1 project, $2 webhook, $3 id of the test */
const requestTest: Statement = {
  text: `update webhooks set test_id = coalesce(test_id, $3::text)
  where project_id = $1 and webhook_id = $2 returning test_id`,
};

/** $1 project, $2 webhook, $3 limit */
const listDeliveries: Statement = {
  text: `select delivery_id, event_id, type, image_id, revision, attempt, at, milliseconds, status, fault
  from webhook_deliveries where project_id = $1 and webhook_id = $2 order by at desc, delivery_id desc limit $3`,
  reads: true,
};

interface DeliveryRow extends Record<string, unknown> {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly type: string;
  readonly image_id: string | null;
  readonly revision: number | null;
  readonly attempt: number;
  readonly at: string;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly fault: string | null;
}

export class PostgresWebhookStore implements WebhookStore {
  constructor(private readonly database: Database) {}

  async list(projectId: string): Promise<readonly Webhook[]> {
    return (await this.database.query<WebhookRow>(listWebhooks, [projectId])).map(webhookFromRow);
  }

  async get(webhook: WebhookRef): Promise<Webhook | undefined> {
    return this.one(getWebhook, webhook);
  }

  async create(webhook: NewWebhook, secret: SealedWebhookSecret, at: Instant): Promise<Webhook | undefined> {
    for (;;) {
      const rows = await this.database.query<{ slot: number }>(takenSlots, [webhook.projectId]);
      const taken = new Set(rows.map(({ slot }) => slot));
      const slot = slots.find((one) => !taken.has(one));
      if (slot === undefined) return undefined;
      const created = await this.database.transaction((client) => inSlot(client, slot, webhook, secret, at));
      if (created) return created;
    }
  }

  async change(
    webhook: WebhookRef,
    { url, selector, isEnabled }: WebhookChange,
    at: Instant,
  ): Promise<Webhook | undefined> {
    return this.one(changeWebhook, webhook, [
      at,
      url ?? null,
      selector !== undefined,
      selector ?? null,
      isEnabled ?? null,
    ]);
  }

  async remove({ projectId, webhookId }: WebhookRef): Promise<boolean> {
    return (await this.database.query(removeWebhook, [projectId, webhookId])).length > 0;
  }

  async rotate(
    { projectId, webhookId }: WebhookRef,
    secret: SealedWebhookSecret,
    at: Instant,
    previousUntil: Instant,
  ): Promise<Webhook | undefined> {
    const key = [projectId, webhookId];
    return this.database.transaction(async (client) => {
      const [row] = await client.query<WebhookRow>(touchWebhook, [...key, at]);
      if (!row) return undefined;
      await client.query(removeReplaced, key);
      await client.query(expireSecret, [...key, previousUntil]);
      await client.query(insertSecret, [...key, secret.secretId, secret.keyId, secret.text, at]);
      return webhookFromRow(row);
    });
  }

  async requestTest({ projectId, webhookId }: WebhookRef, testId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ test_id: string }>(requestTest, [projectId, webhookId, testId]);
    return row?.test_id;
  }

  async deliveries({ projectId, webhookId }: WebhookRef, limit: number): Promise<readonly WebhookDelivery[]> {
    const rows = await this.database.query<DeliveryRow>(listDeliveries, [projectId, webhookId, limit]);
    return rows.map(({ delivery_id: deliveryId, event_id: eventId, image_id: imageId, ...rest }) => ({
      ...{ deliveryId, eventId, imageId },
      ...rest,
    }));
  }

  private async one(
    statement: Statement,
    { projectId, webhookId }: WebhookRef,
    values: readonly unknown[] = [],
  ): Promise<Webhook | undefined> {
    const [row] = await this.database.query<WebhookRow>(statement, [projectId, webhookId, ...values]);
    return row && webhookFromRow(row);
  }
}

const slots = Array.from({ length: mostWebhooks }, (_, index) => index + 1);

/** @returns undefined if another webhook has just taken the slot */
async function inSlot(
  client: Queryable,
  slot: number,
  { projectId, webhookId, url, selector, isEnabled, from }: NewWebhook,
  { secretId, keyId, text }: SealedWebhookSecret,
  at: Instant,
): Promise<Webhook | undefined> {
  const wanted = [projectId, webhookId, slot, url, selector, isEnabled, from.feedId, from.position, at];
  const [row] = await client.query<WebhookRow>(insertWebhook, wanted);
  if (!row) return undefined;
  await client.query(insertSecret, [projectId, webhookId, secretId, keyId, text, at]);
  return webhookFromRow(row);
}
