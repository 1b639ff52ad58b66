import type { Caller } from '../core/caller';
import type { AccessRule } from './access-rules';
import type { AuthFault } from './errors';

/** What a request shows to prove who calls. Headers are as received; nothing here is trusted yet. */
export interface Credentials {
  readonly method: string;
  /** The request target, verbatim, one character per byte. */
  readonly rawTarget: string;
  /** The type of the service that answers, and the path as it is routed: what access rules name. */
  readonly service?: string | undefined;
  readonly path?: string | undefined;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where the request came from; absent in tests that do not care. */
  readonly address?: string | undefined;
  /** Reads the body if it is not read yet; only a signature needs it. */
  body(): Promise<Buffer>;
}

/** Either who calls, or why the credentials are not taken. A failure is an answer, not an exception. */
export type Authentication =
  | {
      readonly caller: Caller;
      /** The one that the request was signed with. */
      readonly accessKey?: string;
      /** All that may be asked for with these credentials; absent: everything. */
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
   * @throws Unavailable when whoever knows cannot be asked
   */
  authenticate(credentials: Credentials): Promise<Authentication>;
}
