import type { RequestObservation } from '../http/request-observation';
import type { AuditObservation } from '../identity/audit';
import type { KeystoneObservation } from '../identity/keystone/observation';
import type { StoreObservation } from '../storage/database/observation';
import type { StaleListObservation } from '../core/stale-lists';
import type { WebhookObservation } from '../webhooks/observation';

/**
 * Everything the parts of a gateway report. Each part gets one function for its reports; `log.ts` and `measures.ts`
 * each handle the whole union.
 */
export type Observation =
  | RequestObservation
  | StoreObservation
  | KeystoneObservation
  | AuditObservation
  | WebhookObservation
  | StaleListObservation
  /** In background work. */
  | { readonly kind: 'background-failed'; readonly error: unknown };
