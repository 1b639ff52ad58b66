import type { RequestObservation } from '../http/request-observation';
import type { AuditObservation } from '../identity/audit';
import type { KeystoneObservation } from '../identity/keystone/observation';
import type { StoreObservation } from '../storage/database/observation';

/**
 * Everything that the parts of a gateway report while they work. A part is given one function that takes what it
 * reports; `log.ts` and `measures.ts` each handle the whole union.
 */
export type Observation =
  | RequestObservation
  | StoreObservation
  | KeystoneObservation
  | AuditObservation
  /** In work that no request waits for. */
  | { readonly kind: 'background-failed'; readonly error: unknown };
