import type { Request } from 'express';
import type { WebhookChange } from '../../core/webhook';
import { mostDeliveries, WebhookRefused } from '../../core/webhook';
import { readSelector } from './feed-requests';
import { readLimit } from './history-requests';
import { bodyReader, queryReader } from './schema-reader';

const url = { type: 'string', minLength: 1, maxLength: 2048 } as const;
const selector = { type: ['string', 'null'], maxLength: 8192 } as const;
const enabled = { type: 'boolean' } as const;

interface WebhookBody {
  readonly url: string;
  readonly selector?: string | null;
  readonly enabled?: boolean;
}

const members = {
  type: 'object',
  additionalProperties: false,
  properties: { url, selector, enabled },
} as const;

const readNewBody = bodyReader<WebhookBody>({ ...members, required: ['url'] });
const readChangeBody = bodyReader<Partial<WebhookBody>>(members);

export function readNewWebhook(req: Request): Required<WebhookChange> {
  const body = readNewBody(req);
  requireSelector(body);
  return { url: body.url, selector: body.selector ?? null, isEnabled: body.enabled ?? true };
}

export function readWebhookChange(req: Request): WebhookChange {
  const body = readChangeBody(req);
  requireSelector(body);
  return {
    ...(body.url !== undefined && { url: body.url }),
    ...(body.selector !== undefined && { selector: body.selector }),
    ...(body.enabled !== undefined && { isEnabled: body.enabled }),
  };
}

function requireSelector({ selector: text }: Partial<WebhookBody>): void {
  if (typeof text === 'string') readSelector(text, 'body', '/selector');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A malformed id is that of no webhook. @throws WebhookRefused webhook-not-found */
export function readWebhookId(req: Request): string {
  const webhookId = String(req.params['webhook_id']);
  if (uuid.test(webhookId)) return webhookId;
  throw new WebhookRefused({ kind: 'webhook-not-found', webhookId });
}

const readDeliveriesQuery = queryReader<{ readonly limit?: string }>({
  type: 'object',
  additionalProperties: false,
  properties: { limit: { type: 'string', pattern: '^\\d{1,15}$' } },
});

export function readDeliveryLimit(req: Request): number {
  return Math.min(mostDeliveries, readLimit(readDeliveriesQuery(req).limit, 50));
}
