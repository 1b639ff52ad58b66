import { join } from 'node:path';
import type { TemporaryFolder } from '../../src/ephemeral/folder';
import type { EmbeddedPostgres } from '../../src/postgres/index';

/** How the run's one server reaches the test files: through the environment of jest's workers. */
const variable = 'TEST_POSTGRES';
const templatesVariable = 'TEST_TEMPLATES';

export const templateDatabase = 'tagway_template';

interface Remembered {
  readonly server: EmbeddedPostgres;
  readonly folder: TemporaryFolder;
}

const kept = globalThis as { tagwayTestPostgres?: Remembered };

export function rememberServer(server: EmbeddedPostgres, folder: TemporaryFolder): void {
  kept.tagwayTestPostgres = { server, folder };
  process.env[variable] = JSON.stringify(server.connection);
  process.env[templatesVariable] = join(folder.path, 'templates');
}

/** @returns undefined when the run is on a given engine */
export function rememberedServer(): Remembered | undefined {
  return kept.tagwayTestPostgres;
}

export function serverConnection(): EmbeddedPostgres['connection'] {
  return JSON.parse(process.env[variable] ?? 'null') as EmbeddedPostgres['connection'];
}

/** A folder that is removed after the run, for what is made once in it. */
export function templatesFolder(): string {
  const folder = process.env[templatesVariable];
  if (folder === undefined) throw new Error('only a run of jest has templates');
  return folder;
}
