import type { AuthFault } from './errors';

/** What happened to somebody's credentials, without any of them. */
export type AuditEvent =
  | { readonly event: 'login' | 'login-refused' | 'login-throttled'; readonly who: readonly string[] }
  | { readonly event: 'denied'; readonly fault: AuthFault; readonly accessKey: string | null };

/** Where it is told; `address` is where the request came from. */
export interface AuditLog {
  record(event: AuditEvent, address: string | null): void;
}

export const noAudit: AuditLog = { record: () => undefined };
