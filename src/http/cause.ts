import type { ServerResponse } from 'node:http';
import type { Unavailable } from '../core/errors';

/** Why a request could not be done, and whether what it asked for may have happened all the same. */
export interface Cause {
  /** SQLSTATE or the name of a system's error where there is one, else the gateway's own words. */
  readonly cause: string;
  readonly outcome: 'not-done' | 'unknown';
}

/** Nothing else goes into a log: the sentences of drivers and servers may hold values and addresses. */
const wellFormed = /^[A-Z0-9_]{4,40}$/;

/** Of what the core calls unavailable; undefined for any other error. */
export function causeOf(failure: unknown): Cause | undefined {
  if (!isUnavailable(failure)) return undefined;
  const { outcome } = failure;
  return { cause: codeBehind(failure) ?? failure.message, outcome };
}

/** By its name: of the core only types are known here. */
export function isUnavailable(error: unknown): error is Unavailable {
  return error instanceof Error && error.name === 'Unavailable';
}

/** The first code on the way down to what began it. */
function codeBehind(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && wellFormed.test(code)) return code;
  return codeBehind(error.cause, depth + 1);
}

const endedByClient = /^(?:ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|ECONNRESET|EPIPE|ECONNABORTED)$/;

/** Whether an answer could not be sent because its client has left: nothing of ours failed. */
export function isOfClient(error: unknown, res: ServerResponse): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return res.destroyed && !res.writableFinished && typeof code === 'string' && endedByClient.test(code);
}

/** What a surface calls its own kinds and codes, and nothing that a client wrote. */
const plainWord = /^[A-Za-z][A-Za-z0-9.-]{1,60}$/;

type Facts = Partial<Record<'kind' | 'fact' | 'fault' | 'issues', unknown>>;

/**
 * Why a request was refused, as the kind of fact that the core, the gateway or a surface of it found, with what is more
 * particular behind a colon; undefined for what failed.
 */
export function reasonOf(error: unknown): string | undefined {
  const { fault, refusal, problem } = (error ?? {}) as Partial<
    Record<'fault' | 'refusal' | 'problem', Facts>
  >;
  const facts = fault ?? refusal;
  const kind = facts?.kind ?? (problem as { name?: unknown } | undefined)?.name;
  if (typeof kind !== 'string') return undefined;
  const [more] = [facts?.fact, facts?.fault, codeOf(facts?.issues)].filter(
    (one): one is string => typeof one === 'string' && plainWord.test(one),
  );
  return more === undefined ? kind : `${kind}: ${more}`;
}

/** Of the first thing that is wrong with a request. */
function codeOf(issues: unknown): unknown {
  const [first] = Array.isArray(issues) ? (issues as readonly { readonly code?: unknown }[]) : [];
  return first?.code;
}
