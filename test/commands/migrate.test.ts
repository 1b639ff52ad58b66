import { migrateCommand } from '../../src/commands/migrate';
import { createDatabase, dropDatabase } from '../support/database';

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
