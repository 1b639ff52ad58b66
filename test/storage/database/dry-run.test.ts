import { setImmediate as nextTurn } from 'node:timers/promises';
import { runDry } from '../../../src/storage/database/dry-run';
import { testDatabase } from '../../support/database';

const given = testDatabase();

async function count(): Promise<number> {
  const [row] = await given().database.query<{ n: number }>(
    { text: 'select count(*)::int as n from dry_run_rows', reads: true },
    [],
  );
  return row?.n ?? 0;
}

const insert = async (): Promise<unknown> =>
  given().database.query({ text: 'insert into dry_run_rows values (1) returning 1 as n' }, []);

beforeEach(async () => {
  await given().database.query({ text: 'create table if not exists dry_run_rows (n int primary key)' }, []);
});

test('a dry run answers as ever, sees its own changes, and keeps none of them', async () => {
  const answers = await runDry(given().database, async () => {
    const inserted = await insert();
    // A statement that fails undoes itself alone.
    await expect(insert()).rejects.toThrow(/duplicate key/);
    return { inserted, seen: await count() };
  });
  expect(answers).toEqual({ inserted: [{ n: 1 }], seen: 1 });
  expect(await count()).toBe(0);
});

test('work that a dry run left in the background is rejected once the run is over', async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const late = await runDry(given().database, () => ({ insert: released.then(insert) }));
  release();
  await expect(late.insert).rejects.toThrow('the dry run is over');
  await nextTurn();
  expect(await count()).toBe(0);
});
