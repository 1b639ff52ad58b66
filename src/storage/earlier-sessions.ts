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
export async function renewingEarlierSessions<Result>(
  runner: Knex,
  work: () => Promise<Result>,
): Promise<Result> {
  const state = { isOver: false, since: '-infinity', migrations: await countOf(runner) };
  const renewing = renew(runner, state);
  // Its failure is thrown below, not while the work goes on.
  renewing.catch(() => undefined);
  try {
    return await work();
  } finally {
    state.isOver = true;
    await renewing;
  }
}

interface State {
  isOver: boolean;
  /** Sessions that are older are ended. */
  since: string;
  /** How many were made when `since` was read. */
  migrations: number;
}

async function renew(runner: Knex, state: State): Promise<void> {
  for (let end = Infinity; Date.now() < end;) {
    if (state.isOver && end === Infinity) end = Date.now() + timeoutMs;
    const { isOver } = state;
    const made = await countOf(runner);
    if (made !== state.migrations) {
      state.migrations = made;
      state.since = await momentOf(runner);
    }
    if ((await endIdle(runner, state.since)) && isOver) return;
    await sleep(intervalMs);
  }
}

/** @returns whether none is left */
async function endIdle(runner: Knex, since: string): Promise<boolean> {
  if (since === '-infinity') return true;
  const { rows } = await runner.raw<{ rows: { ended: boolean }[] }>(
    `select case when state = 'idle' then pg_terminate_backend(pid) else false end as ended
    from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name = 'tagway'
      and pid <> pg_backend_pid() and backend_start < ?::timestamptz`,
    [since],
  );
  return rows.every(({ ended }) => ended);
}

async function countOf(runner: Knex): Promise<number> {
  if (!(await runner.schema.hasTable('knex_migrations'))) return 0;
  return (await runner('knex_migrations').select('id')).length;
}

async function momentOf(runner: Knex): Promise<string> {
  const { rows } = await runner.raw<{ rows: { now: string }[] }>('select clock_timestamp()::text as now');
  return rows[0]?.now ?? '-infinity';
}
