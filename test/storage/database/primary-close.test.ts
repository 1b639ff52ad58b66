import { Pool } from 'pg';
import { hostConfigs } from '../../../src/storage/database/connection';
import { PrimaryPool } from '../../../src/storage/database/primary';
import { createDatabase, dropDatabase } from '../../support/database';

test('a pool that is closed while its host changes opens no other', async () => {
  const [one, two] = await Promise.all([createDatabase(), createDatabase()]);
  const fence = ({ connection: { database }, ...of }: typeof one, fenced: 'on' | 'off'): Promise<unknown> =>
    of.database.query(
      { text: `alter database ${database} set default_transaction_read_only = ${fenced}` },
      [],
    );
  const opened: Pool[] = [];
  const [first] = hostConfigs(one.connection);
  const [second] = hostConfigs(two.connection);
  await fence(two, 'on');
  const pool = new PrimaryPool([first, second], (where) => {
    opened.push(new Pool(where));
    return opened.at(-1) as Pool;
  });
  (await pool.connect()).release();
  await fence(two, 'off');
  await fence(one, 'on');
  const moved = pool.hasMoved();
  await pool.close();
  expect(await moved).toBe(false);
  expect(opened.map(({ ended }) => ended)).toEqual([true]);
  for (const { connection, database } of [one, two]) {
    await database.close();
    await dropDatabase(connection.database);
  }
});
