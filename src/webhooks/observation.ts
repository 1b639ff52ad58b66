import type { DisabledReason } from '../core/webhook';

export type WebhookObservation =
  | {
      readonly kind: 'webhook-tried';
      readonly projectId: string;
      readonly webhookId: string;
      readonly eventId: string;
      readonly attempt: number;
      readonly outcome: 'delivered' | 'failed';
      readonly status: number | null;
      readonly fault: string | null;
      readonly milliseconds: number;
      /** Since the change; null for events without one. */
      readonly lagSeconds: number | null;
    }
  | {
      readonly kind: 'webhook-disabled';
      readonly projectId: string;
      readonly webhookId: string;
      readonly reason: DisabledReason;
    };
