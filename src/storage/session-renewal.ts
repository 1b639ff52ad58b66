import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { Client, type ClientConfig } from 'pg';
import { LockTurn, waitUntilQueued } from './lock-turn';

const limitsMs = {
  /** For which a lock is held before it is handed over. */
  hold: 12,
  poll: 3,
  /** After which nothing is likely to be on its way to an idle session, also on a busy machine. */
  idle: 250,
  /** For all turns of one migration. */
  turns: 15_000,
  /** For sessions that are left to become idle. */
  end: 5_000,
  /** For reads that were cut off to be answered, before others are: gateways make a read twice more. */
  calm: 250,
};

/** The migrator's own have another name. */
const ofGateways = `datname = current_database() and usename = current_user and application_name = 'tagway'`;

/** A statement by itself that changes nothing, and waits for a lock of the table $2: its gateway makes it again. */
const isWaitingRead = `wait_event_type = 'Lock' and xact_start >= query_start
  and query !~* '\\m(insert|update|delete)\\M' and exists (
    select 1 from pg_locks l
    where l.pid = a.pid and not l.granted and l.relation in (select t::regclass from unnest($2::text[]) t)
  )`;

/** $1 moment, $2 tables, $3 for how long a session must be idle to be ended */
const endSessions = `select count(*)::int as seen, count(*) filter (where ended)::int as ended from (
  select case when ((state = 'idle' and state_change <= clock_timestamp() - $3::interval) or (${isWaitingRead}))
    then pg_terminate_backend(pid) else false end as ended
  from pg_stat_activity a where ${ofGateways} and backend_start < $1::timestamptz
) s`;

/**
 * Statements that an earlier build has prepared with `*` fail for ever once their table has another column (0A000), so
 * its sessions have to end. To end a session that is idle may cut off a change that is on its way to it. A read that
 * waits for a lock can be cut off without harm: its gateway makes it again, over another connection, and gives up all that it
 * has not heard from since. So the table stays locked when the migration commits, by two connections in turn: one ends the
 * reads that wait for it, the other one waits; when the lock is handed over, the changes in between are made.
 */
export class SessionRenewal {
  private readonly renewals: Promise<void>[] = [];

  constructor(private readonly where: ClientConfig) {}

  /** When the reads that were cut off have had time to be answered. */
  async settled(): Promise<void> {
    await Promise.all(this.renewals);
  }

  /**
   * Before the transaction that has changed the tables commits.
   * @param tables the first is the one that is read all the time; what waits for another at that moment may fail
   */
  async begin(transaction: Knex, tables: readonly string[]): Promise<void> {
    const { rows } = await transaction.raw<{ rows: { now: string; sessions: number }[] }>(
      `select clock_timestamp()::text as now, count(*)::int as sessions from pg_stat_activity where ${ofGateways}`,
    );
    const [seen] = rows;
    if (!seen || seen.sessions === 0) return;
    const turns = [new LockTurn(this.where, tables), new LockTurn(this.where, tables)] as const;
    try {
      const [pid] = await Promise.all([turns[0].queueForCommit(), turns[1].client.connect()]);
      await waitUntilQueued((text) => transaction.raw(text), pid);
      // Reads that were there before would get the lock before it.
      await endSome(turns[1].client, seen.now, tables, limitsMs.idle);
    } catch {
      // Without a connection to spare sessions are ended as they become idle.
    }
    this.renewals.push(this.renew(turns, seen.now, tables));
  }

  private async renew(turns: Turns, moment: string, tables: readonly string[]): Promise<void> {
    // What it leaves, since it got no connection or no lock in time, ends when it is idle.
    await this.takeTurns(turns, moment, tables).catch(() => undefined);
    for (const turn of turns) await turn.close();
    await endIdle(this.where, moment).catch(() => undefined);
    await sleep(limitsMs.calm);
  }

  private async takeTurns(turns: Turns, moment: string, tables: readonly string[]): Promise<void> {
    const until = performance.now() + limitsMs.turns;
    let [holder, next] = turns;
    while (performance.now() < until) {
      const { client } = holder;
      if (await holder.isLocked) {
        if (await areEnded(client, moment, tables)) return;
        await waitUntilQueued((text) => client.query(text), await next.queue());
        // Reads that came in between would get the lock before it.
        await endSome(client, moment, tables, limitsMs.idle);
      } else {
        await sleep(limitsMs.hold);
        await next.queue();
      }
      await holder.release();
      [holder, next] = [next, holder];
    }
  }
}

type Turns = readonly [LockTurn, LockTurn];

/** Ends the sessions of before that may end, for a moment. @returns whether none is left */
async function areEnded(client: Client, moment: string, tables: readonly string[]): Promise<boolean> {
  const until = performance.now() + limitsMs.hold;
  while (performance.now() < until) {
    if ((await endSome(client, moment, tables, limitsMs.idle)) === 0) return true;
    await sleep(limitsMs.poll);
  }
  return false;
}

/** @returns how many sessions of before are left */
async function endSome(
  client: Client,
  moment: string,
  tables: readonly string[],
  idleMs: number,
): Promise<number> {
  // A transaction would see the sessions of its first look.
  await client.query('select pg_stat_clear_snapshot()');
  const values = [moment, tables, `${String(idleMs)} ms`];
  const { rows } = await client.query<{ seen: number; ended: number }>(endSessions, values);
  const [found] = rows;
  return found ? found.seen - found.ended : 0;
}

async function endIdle(where: ClientConfig, moment: string): Promise<void> {
  const client = new Client(where);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const begun = performance.now();
    for (let passed = 0; passed < limitsMs.end; passed = performance.now() - begun) {
      const idle = limitsMs.idle * (1 - passed / limitsMs.end);
      if ((await endSome(client, moment, [], idle)) === 0) return;
      await sleep(limitsMs.poll);
    }
  } finally {
    await client.end();
  }
}
