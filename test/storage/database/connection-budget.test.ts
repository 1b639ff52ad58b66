import { randomUUID } from 'node:crypto';
import type { Logger } from 'winston';
import { connectionBudget, spareConnections } from '../../../src/storage/database/connection-budget';
import { createLog } from '../../../src/logging/log';
import { testDatabase } from '../../support/database';
import { startTestGateway } from '../../support/gateway';

const given = testDatabase();

async function numberOf(text: string): Promise<number> {
  const [row] = await given().database.query<{ n: number }>({ text }, []);
  return row?.n ?? 0;
}

test('pool, workers and gateways are added up, against what the server leaves to its roles', async () => {
  const ofServer = await numberOf(`select current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int as n`);
  const budget = await connectionBudget(given().database, { poolSize: 10, workers: 2, gateways: 4 });
  expect(budget.needed).toBe(80 + spareConnections);
  expect(budget.allowed).toBeLessThanOrEqual(ofServer);
  expect(budget.fittingPool).toBe(Math.floor((budget.allowed - spareConnections) / 8));
});

test('a limit of the database counts, too', async () => {
  const { database } = given();
  const name = `"${(await database.query<{ n: string }>({ text: 'select current_database() as n' }, []))[0]?.n ?? ''}"`;
  await database.query({ text: `alter database ${name} connection limit 25` }, []);
  const budget = await connectionBudget(database, { poolSize: 5, workers: 1, gateways: 2 });
  expect(budget).toEqual({ needed: 20, allowed: 25, fittingPool: 7 });
});

/** What a gateway with these settings warns of at its start. */
async function warnings(env: Record<string, string>): Promise<unknown[]> {
  const warned: unknown[] = [];
  const log = createLog('error', 'json', false);
  log.warn = ((message: string, more: unknown) => (warned.push([message, more]), log)) as Logger['warn'];
  const DATABASE_URL = `postgresql://unused/${randomUUID()}`;
  const gateway = await startTestGateway({ env: { DATABASE_URL, ...env }, log });
  await gateway.close();
  return warned.filter((each) => JSON.stringify(each).includes('connections'));
}

test('a gateway warns once of too many, and says what to set', async () => {
  const [first, ...more] = await warnings({ TAGWAY_GATEWAYS: '1000', TAGWAY_POOL_SIZE: '2' });
  expect(more).toEqual([]);
  expect(first).toEqual([
    'gateways may need more connections than Postgres allows',
    {
      needed: 2000 + spareConnections,
      allowed: expect.any(Number) as number,
      hint: expect.stringMatching(/raise the limit of Postgres by \d+, or put PgBouncer/) as string,
    },
  ]);
});

test('it is silent where all fit, and behind a pooler', async () => {
  expect(await warnings({ TAGWAY_POOL_SIZE: '2' })).toEqual([]);
  expect(await warnings({ TAGWAY_GATEWAYS: '1000', TAGWAY_NAMED_STATEMENTS: 'off' })).toEqual([]);
});
