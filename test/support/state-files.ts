import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkStateFileForNewDatabase } from '../../src/composition/state-opening';
import type { PlaintextCredentials } from '../../src/seed/plaintext-credentials';
import { StateFolder } from '../../src/settings/state-folder';
import { excludedTables } from '../../src/storage/state-file/format';
import { exportLines, rowsOf } from './backup';
import type { TestDatabase } from './database';

export interface Opened {
  readonly known: PlaintextCredentials;
  readonly stateDir: string;
}

/** Opens state files in databases without data, each with a new state folder, which goes after the test. */
export function stateOpening(): (file: string, connection: TestDatabase['connection']) => Promise<Opened> {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return async (file, connection) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'tagway-opened-'));
    made.push(stateDir);
    const { known, open } = await checkStateFileForNewDatabase(file, new StateFolder(stateDir), null);
    await open(connection);
    return { known, stateDir };
  };
}

/** What a database holds that belongs into a state file; sealed secrets are in it as a mark. */
export async function stateOf(connection: TestDatabase['connection']): Promise<string[]> {
  const lines = await exportLines(connection, { project: null, identity: true, without: excludedTables });
  return rowsOf(lines)
    .filter((line) => !line.startsWith('{"check":') && !line.startsWith('{"end":'))
    .map((line) => line.replace(/"key_id":"\w+","secret":"[\w-]+"/, 'sealed'));
}

/** A folder for files of a test file. */
export function fileFolder(): {
  readonly write: (name: string, content: string | Buffer) => string;
  readonly path: string;
} {
  const path = mkdtempSync(join(tmpdir(), 'tagway-state-files-'));
  afterAll(() => {
    rmSync(path, { recursive: true, force: true });
  });
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return { path, write };
}
