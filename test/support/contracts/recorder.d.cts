import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request and what it got. */
export interface Exchange {
  readonly surface: string;
  readonly method: string;
  /** Normalised, as the gateway routes by it. */
  readonly path: string;
  readonly accept: string | null;
  /** The request's body; null when it was not read. */
  readonly sent: string | null;
  readonly sentType: string | null;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null when it was too long to be kept; `''` for octets. */
  readonly body: string | null;
}

export function watch(req: IncomingMessage, res: ServerResponse, told: (exchange: Exchange) => void): void;
