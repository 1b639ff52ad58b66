import type { AuthFault } from '../identity/errors';

/** What is wrong with a request before the core is asked, as facts. Each dialect gives them status and words. */
export type Fault =
  | { readonly kind: 'unauthenticated'; readonly fact: AuthFault }
  | { readonly kind: 'route-not-found' }
  | { readonly kind: 'method-not-allowed'; readonly method: string; readonly allow: readonly string[] }
  /** No route, and a method that is none of the usual ones either. */
  | { readonly kind: 'method-unknown'; readonly method: string }
  /** The path or the query is ill-formed UTF-8 or holds NUL. */
  | { readonly kind: 'target-not-text'; readonly where: 'path' | 'query' }
  | { readonly kind: 'body-empty' }
  /** `detail` is the parser's own sentence; `at` a character offset, if it is known. */
  | { readonly kind: 'body-malformed'; readonly detail: string }
  | { readonly kind: 'body-too-large'; readonly limit: number }
  | { readonly kind: 'body-encoding'; readonly encoding: string }
  /** The client went away or stopped in the middle of its body. */
  | { readonly kind: 'body-cut-off' }
  /** Too many requests; after so many seconds there is room again. */
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  /** Somebody asked for this status at `/admin/faults`. */
  | { readonly kind: 'injected'; readonly status: number }
  | { readonly kind: 'invalid-request'; readonly issues: readonly Issue[] };

/** One thing that express-validator found. `code` is the dialect's own, put into the schema's `errorMessage`. */
export interface Issue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  constructor(readonly fault: Fault) {
    super(fault.kind);
  }
}
