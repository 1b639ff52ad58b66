import type { EmbeddedPostgres } from '../../src/storage/embedded';

/** How the run's one server reaches the test files: through the environment of jest's workers. */
const variable = 'TAGWAY_TEST_POSTGRES';

export const templateDatabase = 'tagway_template';

interface Remembered {
  readonly server: EmbeddedPostgres;
  readonly stateDir: string;
}

const kept = globalThis as { tagwayTestPostgres?: Remembered };

export function rememberServer(server: EmbeddedPostgres, stateDir: string): void {
  kept.tagwayTestPostgres = { server, stateDir };
  process.env[variable] = JSON.stringify(server.connection);
}

export function rememberedServer(): Remembered {
  if (!kept.tagwayTestPostgres) throw new Error('the test server was never started');
  return kept.tagwayTestPostgres;
}

export function serverConnection(): EmbeddedPostgres['connection'] {
  return JSON.parse(process.env[variable] ?? 'null') as EmbeddedPostgres['connection'];
}
