import type { Webhook, WebhookDelivery } from '../../core/webhook';

export function webhookBody(webhook: Webhook): object {
  const { webhookId, url, selector, isEnabled, disabledReason, failures, nextAt } = webhook;
  return {
    ...{ id: webhookId, url, selector, enabled: isEnabled, disabled_reason: disabledReason, failures },
    next_attempt_at: isEnabled && failures > 0 ? nextAt : null,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

/** As Standard Webhooks writes it. */
export function secretText(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

export function deliveryBody(delivery: WebhookDelivery): object {
  const { deliveryId, eventId, type, imageId, revision, attempt, at, milliseconds, status, fault } = delivery;
  return {
    ...{ id: deliveryId, event: eventId, type, image: imageId, revision, attempt, at, milliseconds },
    delivered: status !== null && status >= 200 && status < 300,
    ...{ status, fault },
  };
}
