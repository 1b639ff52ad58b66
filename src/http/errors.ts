import type { AuthFault } from '../identity/errors';

/** Faults of a request before it reaches the core, as facts. Each dialect gives them status and message. */
export type RequestFault =
  | { readonly kind: 'unauthenticated'; readonly fact: AuthFault }
  | { readonly kind: 'route-not-found' }
  | { readonly kind: 'method-not-allowed'; readonly method: string; readonly allow: readonly string[] }
  /** No route, and an unusual method, too. */
  | { readonly kind: 'method-unknown'; readonly method: string }
  /** The path or the query is ill-formed UTF-8 or holds NUL. */
  | { readonly kind: 'target-not-text'; readonly where: 'path' | 'query' }
  | { readonly kind: 'body-empty' }
  /** `detail` is the parser's message; `at` a character offset, if known. */
  | { readonly kind: 'body-malformed'; readonly detail: string }
  | { readonly kind: 'body-too-large'; readonly limit: number }
  | { readonly kind: 'body-encoding'; readonly encoding: string }
  /** The client disconnected or stopped in the middle of its body. */
  | { readonly kind: 'body-cut-off' }
  /** Too many requests; retry after so many seconds. */
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  /** A status injected through `/admin/faults`. */
  | { readonly kind: 'injected'; readonly status: number }
  | { readonly kind: 'invalid-request'; readonly issues: readonly ValidationIssue[] };

/** An issue from express-validator. `code` is the dialect's own, from the schema's `errorMessage`. */
export interface ValidationIssue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  constructor(readonly fault: RequestFault) {
    super(fault.kind);
  }
}
