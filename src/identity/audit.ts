import type { AuthFault } from './errors';

/** What happened to credentials, without any of them. */
export type AuditEvent =
  | { readonly event: 'login' | 'login-refused' | 'login-throttled'; readonly who: readonly string[] }
  | { readonly event: 'denied'; readonly fault: AuthFault; readonly accessKey: string | null };

export interface AuditObservation {
  readonly kind: 'audit';
  readonly event: AuditEvent;
  /** Where the request came from. */
  readonly address: string | null;
}
