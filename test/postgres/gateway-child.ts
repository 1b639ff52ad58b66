import { startEmbeddedPostgres } from '../../src/postgres/index';

/**
 * A gateway of which only the embedded Postgres is there, as a process that tests can kill. Its one argument
 * is the options as JSON. It writes one JSON line for what came of the start, and stops when its stdin ends.
 */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as { stateDir: string };
  const log = (message: string, facts?: unknown): void =>
    void process.stderr.write(`${message} ${JSON.stringify(facts)}\n`);
  try {
    const postgres = await startEmbeddedPostgres({ ...options, log: { info: log, warn: log, error: log } });
    tell({ connection: postgres.connection });
    process.stdin.resume().once('end', () => void postgres.stop().then(() => process.exit(0)));
  } catch (error) {
    const { name, message } = error as Error;
    tell({ refused: { name, message } });
    process.exit(3);
  }
}

function tell(outcome: unknown): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

void main();
