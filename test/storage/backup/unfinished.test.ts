import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from 'winston';
import { migrateCommand } from '../../../src/commands/migrate';
import { emptyDatabases, exportLines, importLines } from '../../support/backup';
import type { TestDatabase } from '../../support/database';
import { gatewayOn } from '../../support/gateway';

const anEmpty = emptyDatabases();

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'tagway-unfinished-'));
});
afterEach(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

/** The export of a database with a few images in project p. */
async function anExport(project: string | null): Promise<string[]> {
  const { database, connection } = await anEmpty();
  const owners = `insert into image_owners select 'i' || n, 'p' from generate_series(1, 9) n`;
  await database.query({ text: owners }, []);
  return exportLines(connection, { project, identity: project === null });
}

/** Imports it without its last line. */
async function begin({ connection }: TestDatabase, lines: readonly string[]): Promise<void> {
  await expect(importLines(connection, lines.slice(0, -1))).rejects.toThrow('is cut off');
}

/** Starts a gateway. @returns what it warned of */
async function start({ connection }: TestDatabase): Promise<string[]> {
  const warned: string[] = [];
  const log = createLogger({ silent: true });
  log.warn = (sentence: unknown) => (warned.push(String(sentence)), log);
  await (await gatewayOn({ connection, stateDir }, { log })).close();
  return warned;
}

async function migrate({ connection }: TestDatabase): Promise<string[]> {
  const said: string[] = [];
  const command = migrateCommand(
    (work) => work({ connection, stateDir, beside: false }),
    (text) => said.push(text),
  );
  await command.parseAsync([], { from: 'user' });
  return said;
}

test('on a part of everything no gateway starts and nothing is migrated, until the rest is there', async () => {
  const lines = await anExport(null);
  const copy = await anEmpty();
  await begin(copy, lines);
  const told =
    /^an import into this database is not finished \(line \d+ of its file\): finish it with "tagway import --resume" and the same file, or begin again with an empty database$/;
  await expect(start(copy)).rejects.toThrow(told);
  await expect(migrate(copy)).rejects.toThrow(told);
  await importLines(copy.connection, lines, true);
  expect(await start(copy)).toEqual([]);
  expect(await migrate(copy)).toEqual(['The database is up to date.']);
});

test('a part of one project is warned of, and keeps no other project waiting', async () => {
  const copy = await anEmpty();
  await begin(copy, await anExport('p'));
  const told = [
    expect.stringMatching(/^an import of project p is not finished .*a part of its data is missing$/),
  ];
  expect(await start(copy)).toEqual(told);
  expect(await migrate(copy)).toEqual([...told, 'The database is up to date.']);
});
