import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';

/**
 * Bounds of every wait (ms). All three are needed: a stalled server never runs into its own timeout. `short` is that of
 * statements on full keys, which wait for a lock and for nothing else: a dead connection is found the sooner.
 */
export const databaseTimeoutsMs = {
  connect: 2_000,
  statement: 5_000,
  query: { short: 4_000, long: 6_000 },
  lock: 2_000,
  /** Less than a statement has, so that none is spared which was lost with it a moment later. */
  silence: 3_000,
  idleInTransaction: 10_000,
};

/** Between two attempts; random, so that callers do not retry in step. */
export async function waitBeforeRetry(): Promise<true> {
  return sleep(10 + Math.random() * 190, true as const);
}

/**
 * The connection, if it comes before the moment (as `performance.now()` has it); one that comes later is given back.
 * @throws Error with the pool's message, and whatever `coming` throws
 */
export async function withDeadline(until: number, coming: Promise<PoolClient>): Promise<PoolClient> {
  const waiting = new AbortController();
  const left = Math.max(0, until - performance.now());
  const late = sleep(left, undefined, { signal: waiting.signal }).catch(() => undefined);
  const client = await Promise.race([coming, late]).finally(() => {
    waiting.abort();
  });
  if (client) return client;
  const giveBack = (unused: PoolClient): void => {
    unused.release();
  };
  coming.then(giveBack, () => undefined);
  throw new Error('timeout exceeded when trying to connect');
}
