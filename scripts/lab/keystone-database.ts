import { startEmbeddedPostgres } from '../../src/postgres/index';

/**
 * A Postgres for the lab's Keystone, the same that the gateway brings with it: Keystone on SQLite locks itself out.
 * Argument: its folder. Writes the URL that SQLAlchemy wants, and lives until its standard input ends.
 */
async function main(): Promise<void> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const server = await startEmbeddedPostgres({ stateDir: process.argv[2] ?? '', log: quiet });
  const { host, user, password, database } = server.connection;
  // Nothing in it needs escaping, which Keystone's reader of settings and Alembic would undo differently.
  process.stdout.write(`postgresql://${user}:${password}@/${database}?host=${host}\n`);
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
  await server.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
