import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';

/** ms between two looks */
const intervalMs = 20;
/** ms that sessions have to become idle, after the last migration */
const timeoutMs = 5_000;

/**
 * Statements that an earlier build has prepared with `*` fail for ever once their table has another column (0A000).
 * So after each migration the sessions from before it are ended as they become idle; pools open new ones. A session in
 * a transaction is left alone.
 * @param work migrates
 */
export async function endEarlierSessionsDuring<Result>(
  runner: Knex,
  work: () => Promise<Result>,
): Promise<Result> {
  const state: State = { isOver: false, sessions: [], migrations: await countOf(runner) };
  const renewing = renew(runner, state);
  // Its failure is thrown below, not during the work.
  renewing.catch(() => undefined);
  try {
    return await work();
  } finally {
    state.isOver = true;
    await renewing;
  }
}

/** The migrator's own have another name. */
const ofGateways = `datname = current_database() and usename = current_user and application_name = 'tagway'`;

interface State {
  isOver: boolean;
  /** Process ids of those to be ended. */
  sessions: readonly number[];
  /** How many were made when `sessions` was read. */
  migrations: number;
}

async function renew(runner: Knex, state: State): Promise<void> {
  for (let end = Infinity; Date.now() < end;) {
    if (state.isOver && end === Infinity) end = Date.now() + timeoutMs;
    const { isOver } = state;
    const made = await countOf(runner);
    if (made !== state.migrations) {
      state.migrations = made;
      state.sessions = await sessionsNow(runner);
    }
    if ((await endIdle(runner, state.sessions)) && isOver) return;
    await sleep(intervalMs);
  }
}

/** @returns whether none is left */
async function endIdle(runner: Knex, sessions: readonly number[]): Promise<boolean> {
  if (sessions.length === 0) return true;
  const { rows } = await runner.raw<{ rows: { ended: boolean }[] }>(
    `select case when state = 'idle' then pg_terminate_backend(pid) else false end as ended
    from pg_stat_activity
    where ${ofGateways} and pid = any(?)`,
    [sessions as number[]],
  );
  return rows.every(({ ended }) => ended);
}

async function countOf(runner: Knex): Promise<number> {
  if (!(await runner.schema.hasTable('knex_migrations'))) return 0;
  return (await runner('knex_migrations').select('id')).length;
}

async function sessionsNow(runner: Knex): Promise<number[]> {
  const { rows } = await runner.raw<{ rows: { pid: number }[] }>(
    `select pid from pg_stat_activity where ${ofGateways}`,
  );
  return rows.map(({ pid }) => pid);
}
