import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/postgres/index';

type Connection = Awaited<ReturnType<typeof startEmbeddedPostgres>>['connection'];

/**
 * A Postgres for the lab, the same that the gateway brings with it: Keystone on SQLite locks itself out.
 * Arguments: its folder, then names of databases. Writes the URL that SQLAlchemy wants, one a line for each database
 * (for the first of the server when none is named), and lives until its standard input ends.
 */
async function main(): Promise<void> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const [stateDir = '', ...names] = process.argv.slice(2);
  const server = await startEmbeddedPostgres({ stateDir, log: quiet });
  await createMissing(server.connection, names);
  for (const name of names.length > 0 ? names : [server.connection.database]) {
    process.stdout.write(`${urlOf(server.connection, name)}\n`);
  }
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await server.stop();
}

/** Names its driver, since the default of SQLAlchemy has changed. Nothing in it needs escaping, which Keystone's reader of settings and Alembic would undo differently. */
function urlOf({ host, user, password }: Connection, database: string): string {
  return `postgresql+psycopg2://${user}:${password}@/${database}?host=${host}`;
}

async function createMissing(connection: Connection, names: readonly string[]): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const missing = names.filter((name) => !rows.some(({ datname }) => datname === name));
    for (const name of missing) await client.query(`create database "${name}"`);
  } finally {
    await client.end();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
