import { Unavailable } from '../../core/errors';

/** A unit with one of these did not happen and may be tried again at once, whole. */
const conflicts = new Set(['40001', '40P01']);

/** The server reported that it did nothing: starting, full, out of connections, timed out, standby. */
const refusals = new Set(['57P03', '53100', '53200', '53300', '57014', '55P03', '25006']);

/** The server ends the connection, perhaps just after a commit: by an operator, or as another backend crashed. */
const farewells = new Set(['57P01', '57P02']);

/** There was no connection to send anything over. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export function isConflict(error: unknown): boolean {
  return conflicts.has(codeOf(error)) || isStalePlan(error);
}

/** There is a row of that key already. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** A write was refused because the server is a standby, or its operator has made it read-only. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/**
 * A statement was prepared before a migration changed what it selects. It fails for as long as the session lives, so the
 * connection must go; nothing was done.
 */
function isStalePlan(error: unknown): boolean {
  return codeOf(error) === '0A000' && /cached plan must not change/.test((error as Error).message);
}

/**
 * Postgres' and the driver's errors in the core's terms. Errors not caused by the connection stay as they are.
 * @param sent whether the statement may have reached the server: its outcome is then unknown
 */
export function toCoreError(error: unknown, sent: boolean): unknown {
  const code = codeOf(error);
  if (isConflict(error)) return new Unavailable('too many conflicting changes', 'not-done', { cause: error });
  if (refusals.has(code))
    return new Unavailable(`the database refused: ${code}`, 'not-done', { cause: error });
  if (unreachable.has(code)) return new Unavailable('the database is away', 'not-done', { cause: error });
  if (isConnectionLoss(error, code)) {
    const outcome = sent ? 'unknown' : 'not-done';
    return new Unavailable(lossText(error), outcome, { cause: error });
  }
  return error;
}

/**
 * While connecting: no server is up, or not yet. Nothing was sent, so the caller may keep waiting. Not so when the
 * wait for a connection timed out: no time is left.
 */
export function isServerAway(error: unknown): boolean {
  // None of several hosts takes changes.
  if (error instanceof Unavailable) return true;
  const code = codeOf(error);
  if (unreachable.has(code) || farewells.has(code) || code === '57P03' || code === 'ECONNRESET') return true;
  return error instanceof Error && error.message === 'Connection terminated unexpectedly';
}

/** While connecting: the server has no connection left for us, though it may well serve those that we have. */
export function isServerFull(error: unknown): boolean {
  return codeOf(error) === '53300';
}

/** The connection was lost after the statement was sent. Not a timeout: that has used up the time. */
export function isConnectionLost(error: unknown): boolean {
  return !isStatementUnanswered(error) && isConnectionLoss(error, codeOf(error));
}

/** The driver knew that the connection was lost before it sent the statement, so nothing was done. */
export function isStatementUnsent(error: unknown): boolean {
  return error instanceof Error && /^client has encountered a connection error/i.test(error.message);
}

/** The statement was sent and nothing came back in time, not even the server's own timeout error. */
export function isStatementUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Of Citus, about a worker; the second gets no code of a lost connection. */
const workerWords = /to the remote node|could not commit transaction for shard|any connections to the node/;

/**
 * A node behind the server is away: the outcome is as unknown as after a lost connection, though the connection to the
 * server is good, and so are the others. To give them up would stop projects of other nodes, too.
 */
export function isNodeAway(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && workerWords.test(error.message);
}

/** The driver gives most losses no code, only these messages. */
const lossWords =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|client was closed|cannot use a pool after/i;

function lossText(error: unknown): string {
  if (isNodeAway(error)) return 'a node of the database is away';
  if (isStatementUnanswered(error)) return 'the database gave no answer in time';
  const isLate = /timeout/.test((error as Error).message);
  return isLate
    ? 'no connection to the database could be had in time'
    : 'the connection to the database was lost';
}

function isConnectionLoss(error: unknown, code: string): boolean {
  if (farewells.has(code) || isNodeAway(error)) return true;
  if (code.startsWith('08') || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT') return true;
  return error instanceof Error && lossWords.test(error.message);
}

/** A connection in an unknown state must not be handed out again. */
export function isConnectionUnusable(error: unknown): boolean {
  if (isNodeAway(error)) return false;
  return isStalePlan(error) || (toCoreError(error, true) !== error && !isConflict(error));
}
