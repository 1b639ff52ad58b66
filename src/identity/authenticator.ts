import type { Caller } from '../core/caller';
import type { AccessRule } from './access-rules';
import type { AuthFault } from './errors';

/** What a request presents to identify its caller. Headers are as received; nothing here is trusted yet. */
export interface Credentials {
  readonly method: string;
  /** The request target, verbatim, one character per byte. */
  readonly rawTarget: string;
  /** The type of the service that answers, and the path as it is routed: what access rules name. */
  readonly service?: string | undefined;
  readonly path?: string | undefined;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The client's address; absent in tests that do not need it. */
  readonly address?: string | undefined;
  /** Reads the body if it is not read yet; only a signature needs it. */
  body(): Promise<Buffer>;
}

/** The caller, or why the credentials are refused. A failure is an answer, not an exception. */
export type Authentication =
  | {
      readonly caller: Caller;
      /** The access key that the request was signed with. */
      readonly accessKey?: string;
      /** All that these credentials may request; absent: everything. */
      readonly rules?: readonly AccessRule[];
    }
  | {
      readonly fault: AuthFault;
      /** How long the answer should be held back, so that guessing is slow. */
      readonly delayMs?: number;
    };

export interface Authenticator {
  /**
   * With a token and a signature together the signature decides.
   * @throws Unavailable when the store or service behind it cannot be reached
   */
  authenticate(credentials: Credentials): Promise<Authentication>;
}
