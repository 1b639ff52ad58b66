import type { ServerResponse } from 'node:http';
import type { Unavailable } from '../core/errors';

/** Why a request failed, and whether its change may have happened nevertheless. */
export interface FailureCause {
  /** SQLSTATE or the name of a system error if there is one, else the gateway's own words. */
  readonly cause: string;
  readonly outcome: 'not-done' | 'unknown';
}

/** Nothing else is logged: messages of drivers and servers may hold values and addresses. */
const wellFormed = /^[A-Z0-9_]{4,40}$/;

/** The cause of the core's `Unavailable`; undefined for other errors. */
export function findFailureCause(failure: unknown): FailureCause | undefined {
  if (!isUnavailable(failure)) return undefined;
  const { outcome } = failure;
  return { cause: codeBehind(failure) ?? failure.message, outcome };
}

/** By name: this folder imports only types from the core. */
export function isUnavailable(error: unknown): error is Unavailable {
  return error instanceof Error && error.name === 'Unavailable';
}

/** The first code in the chain of causes. */
function codeBehind(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && wellFormed.test(code)) return code;
  return codeBehind(error.cause, depth + 1);
}

const endedByClient = /^(?:ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|ECONNRESET|EPIPE|ECONNABORTED)$/;

/** Whether an answer failed only because its client disconnected. */
export function isClientDisconnect(error: unknown, res: ServerResponse): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return res.destroyed && !res.writableFinished && typeof code === 'string' && endedByClient.test(code);
}

/** Kinds and codes of a surface, never client input. */
const plainWord = /^[A-Za-z][A-Za-z0-9.-]{1,60}$/;

type Facts = Partial<Record<'kind' | 'fact' | 'fault' | 'issues', unknown>>;

/**
 * Why a request was refused: the kind reported by the core, the gateway or a surface, with details after a colon;
 * undefined for failures.
 */
export function refusalReason(error: unknown): string | undefined {
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

/** The first issue of a request. */
function codeOf(issues: unknown): unknown {
  const [first] = Array.isArray(issues) ? (issues as readonly { readonly code?: unknown }[]) : [];
  return first?.code;
}
