import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Debian's place; what else is called `postgres` on this machine does not count. */
export const programs = '/usr/lib/postgresql/15/bin';

/** Postgres refuses to run as root. @returns the account for it; null: this one will do */
export function ordinaryAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** @returns the rows; gives up after 2 s without a connection, `timeoutMs` without an answer */
export async function ask<Row>(url: string, text: string, timeoutMs = 5_000): Promise<Row[]> {
  const bounds = { connectionTimeoutMillis: 2_000, query_timeout: timeoutMs };
  const client = new Client({ connectionString: url, ...bounds });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows as Row[];
  } finally {
    void client.end().catch(() => undefined);
  }
}

/** Waits until it holds; what it throws counts as no. @throws Error otherwise */
export async function until(
  holds: () => boolean | Promise<boolean>,
  otherwise: string,
  timeoutMs = 120_000,
): Promise<void> {
  const begun = performance.now();
  // A server that is just starting, or that another one is copied from, refuses at times.
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (performance.now() - begun > timeoutMs) throw new Error(otherwise);
    await sleep(100);
  }
}
