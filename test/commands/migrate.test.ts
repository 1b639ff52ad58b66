import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withDatabase } from '../../src/commands/context';
import { migrateCommand } from '../../src/commands/migrate';
import { dialects } from '../../src/composition/dialects';
import { readConfig } from '../../src/settings/config';
import { connectionUrl } from '../support/connection-url';
import { createDatabase, dropDatabase } from '../support/database';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

test('"tagway migrate" makes the schema of an empty database, and finds nothing to do the second time', async () => {
  const { database, connection } = await createDatabase();
  const ask = (text: string): Promise<Record<string, unknown>[]> => database.query({ text }, []);
  try {
    await ask('drop schema public cascade');
    await ask('create schema public');
    const said: string[] = [];
    const command = migrateCommand(
      (work) => work({ connection, stateDir: '', beside: false }),
      (text) => said.push(text),
    );
    for (let turn = 0; turn < 2; turn++) await command.parseAsync([], { from: 'user' });
    expect(await ask('select count(*) as images from images')).toEqual([{ images: 0 }]);
    expect(said).toEqual(['The database is up to date.', 'The database is up to date.']);
  } finally {
    await database.close();
    await dropDatabase(connection.database);
  }
});

test('with a database elsewhere "tagway migrate" writes no file, so that its root file system may be read-only', async () => {
  const { database, connection } = await createDatabase();
  const folder = temporaryFolder('tagway-migrate');
  const state = join(folder, 'state');
  const config = readConfig(
    {
      DATABASE_URL: connectionUrl(connection),
      TAGWAY_STATE_DIR: state,
    },
    dialects,
  );
  const said: string[] = [];
  try {
    const command = migrateCommand(
      (work) => withDatabase(config, 'any', work),
      (text) => said.push(text),
    );
    await command.parseAsync([], { from: 'user' });
    expect(said.at(-1)).toBe('The database is up to date.');
    expect(existsSync(state)).toBe(false);
  } finally {
    await database.close();
    await dropDatabase(connection.database);
    removeFolder(folder);
  }
});

test('"tagway migrate --citus" says that a Postgres without Citus cannot distribute its tables', async () => {
  const { database, connection } = await createDatabase();
  try {
    const command = migrateCommand(
      (work) => work({ connection, stateDir: '', beside: false }),
      () => undefined,
    );
    await expect(command.parseAsync(['--citus'], { from: 'user' })).rejects.toThrow(
      'the tables cannot be distributed: this Postgres is not of a Citus cluster',
    );
  } finally {
    await database.close();
    await dropDatabase(connection.database);
  }
});
