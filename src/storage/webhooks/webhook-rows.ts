import type { LeasedWebhook, Webhook } from '../../core/webhook';

export interface WebhookRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly webhook_id: string;
  readonly url: string;
  readonly selector: string | null;
  readonly is_enabled: boolean;
  readonly disabled_reason: Webhook['disabledReason'];
  readonly failures: number;
  readonly next_at: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly feed_id: string;
  readonly position: number;
  readonly test_id: string | null;
}

export const webhookColumns = `w.project_id, w.webhook_id, w.url, w.selector, w.is_enabled, w.disabled_reason, w.failures,
  w.next_at, w.created_at, w.updated_at, w.feed_id, w.position, w.test_id`;

export function webhookFromRow(row: WebhookRow): Webhook {
  return {
    projectId: row.project_id,
    webhookId: row.webhook_id,
    url: row.url,
    selector: row.selector,
    isEnabled: row.is_enabled,
    disabledReason: row.disabled_reason,
    failures: row.failures,
    nextAt: row.next_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function leasedWebhookFromRow(row: WebhookRow): LeasedWebhook {
  return {
    ...webhookFromRow(row),
    place: { feedId: row.feed_id, position: row.position },
    testId: row.test_id,
  };
}
