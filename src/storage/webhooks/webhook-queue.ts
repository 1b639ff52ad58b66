import type { Instant } from '../../core/clock';
import {
  type LeasedWebhook,
  mostDeliveries,
  type SealedWebhookSecret,
  type WebhookStateUpdate,
  type WebhookDelivery,
  type WebhookQueue,
  type WebhookRef,
} from '../../core/webhook';
import type { Database, Statement } from '../database/database';
import { leasedWebhookFromRow, webhookColumns, type WebhookRow } from './webhook-rows';

/** $1 now, $2 limit. It reads every shard, and locks nothing. */
const due: Statement = {
  text: `select w.project_id, w.webhook_id from webhooks w left join tag_feeds f on f.project_id = w.project_id
  where (w.leased_until is null or w.leased_until < $1)
    and (w.test_id is not null or (w.is_enabled and w.next_at <= $1 and (
      f.feed_id is null or f.feed_id <> w.feed_id or f.last > w.position
      or exists (select 1 from tag_changes h where h.project_id = w.project_id and h.position is null))))
  order by w.next_at, w.project_id, w.webhook_id limit $2`,
  reads: true,
};

/** $1 project, $2 webhook, $3 worker, $4 now, $5 until */
const lease: Statement = {
  text: `update webhooks w set leased_by = $3, leased_until = $5
  where w.project_id = $1 and w.webhook_id in (
    select o.webhook_id from webhooks o where o.project_id = $1 and o.webhook_id = $2
      and (o.leased_until is null or o.leased_until < $4)
      and (o.test_id is not null or (o.is_enabled and o.next_at <= $4))
    for update skip locked)
  returning ${webhookColumns}`,
};

/** $1 project, $2 webhook, $3 worker, $4 until, $5 now, $6 feed or null, $7 position or null, $8 id of the test sent */
const advance: Statement = {
  text: `update webhooks w set leased_until = $4,
    feed_id = coalesce($6::text, w.feed_id), position = coalesce($7::bigint, w.position),
    failures = case when $6::text is null then w.failures else 0 end,
    next_at = case when $6::text is null then w.next_at else $5 end,
    test_id = case when w.test_id = $8::text then null else w.test_id end
  where w.project_id = $1 and w.webhook_id = $2 and w.leased_by = $3 and w.leased_until >= $5
  returning ${webhookColumns}`,
};

/** $1 project, $2 webhook, $3 worker, $4 version that was tried, $5 next attempt, $6 reason to disable it or null */
const fail: Statement = {
  text: `update webhooks w set failures = w.failures + 1, next_at = $5,
    is_enabled = w.is_enabled and $6::text is null, disabled_reason = coalesce($6::text, w.disabled_reason)
  where w.project_id = $1 and w.webhook_id = $2 and w.leased_by = $3 and w.updated_at = $4
  returning ${webhookColumns}`,
};

/** $1 project, $2 webhook, $3 worker */
const release: Statement = {
  text: `update webhooks set leased_by = null, leased_until = null
  where project_id = $1 and webhook_id = $2 and leased_by = $3`,
};

/** $1 project, $2 webhook, $3 now */
const secrets: Statement = {
  text: `select secret_id, key_id, secret from webhook_secrets
  where project_id = $1 and webhook_id = $2 and (expires_at is null or expires_at > $3)
  order by created_at desc, secret_id`,
  reads: true,
};

/** $1 project, $2 webhook, then the columns. The webhook may be removed while it is tried. */
const record: Statement = {
  text: `insert into webhook_deliveries (project_id, webhook_id, delivery_id, event_id, type, image_id, revision, attempt,
    at, milliseconds, status, fault)
  select $1, w.webhook_id, $3, $4, $5, $6, $7::bigint, $8::integer, $9::timestamptz, $10::integer, $11::integer, $12
  from webhooks w where w.project_id = $1 and w.webhook_id = $2`,
};

/** $1 project, $2 webhook, $3 how many stay, $4 the oldest that may */
const trim: Statement = {
  text: `delete from webhook_deliveries where project_id = $1 and webhook_id = $2 and (at < $4 or delivery_id in (
    select d.delivery_id from webhook_deliveries d where d.project_id = $1 and d.webhook_id = $2
    order by d.at desc, d.delivery_id desc offset $3))`,
};

export class PostgresWebhookQueue implements WebhookQueue {
  constructor(private readonly database: Database) {}

  async due(at: Instant, limit: number): Promise<readonly WebhookRef[]> {
    const rows = await this.database.query<WebhookRow>(due, [at, limit]);
    return rows.map(({ project_id: projectId, webhook_id: webhookId }) => ({ projectId, webhookId }));
  }

  async lease(
    { projectId, webhookId }: WebhookRef,
    worker: string,
    at: Instant,
    until: Instant,
  ): Promise<LeasedWebhook | undefined> {
    return this.one(lease, [projectId, webhookId, worker, at, until]);
  }

  async updateState(
    { projectId, webhookId, updatedAt }: LeasedWebhook,
    worker: string,
    { place, testId, failure }: WebhookStateUpdate,
    at: Instant,
    until: Instant,
  ): Promise<LeasedWebhook | undefined> {
    const key = [projectId, webhookId, worker];
    if (failure) return this.one(fail, [...key, updatedAt, failure.nextAt, failure.disabled]);
    return this.one(advance, [
      ...key,
      until,
      at,
      place?.feedId ?? null,
      place?.position ?? null,
      testId ?? null,
    ]);
  }

  async release({ projectId, webhookId }: WebhookRef, worker: string): Promise<void> {
    await this.database.query(release, [projectId, webhookId, worker]);
  }

  async secrets({ projectId, webhookId }: WebhookRef, at: Instant): Promise<readonly SealedWebhookSecret[]> {
    const rows = await this.database.query<{ secret_id: string; key_id: string; secret: string }>(secrets, [
      projectId,
      webhookId,
      at,
    ]);
    return rows.map((row) => ({ secretId: row.secret_id, keyId: row.key_id, text: row.secret }));
  }

  async record(
    { projectId, webhookId }: WebhookRef,
    {
      deliveryId,
      eventId,
      type,
      imageId,
      revision,
      attempt,
      at,
      milliseconds,
      status,
      fault,
    }: WebhookDelivery,
    oldest: Instant,
  ): Promise<void> {
    const columns = [deliveryId, eventId, type, imageId, revision, attempt, at, milliseconds, status, fault];
    await this.database.query(record, [projectId, webhookId, ...columns]);
    await this.database.query(trim, [projectId, webhookId, mostDeliveries, oldest]);
  }

  private async one(statement: Statement, values: readonly unknown[]): Promise<LeasedWebhook | undefined> {
    const [row] = await this.database.query<WebhookRow>(statement, values);
    return row && leasedWebhookFromRow(row);
  }
}
