import { testDatabase } from '../../support/database';

const given = testDatabase();

/** A migration of a later build, while this one serves. */
test('a statement that was prepared before its table grew is made again over a new connection', async () => {
  const { database } = given();
  await database.query({ text: 'create table growing (a integer)' }, []);
  const all = { name: 'all-of-growing', text: 'select g.* from growing g' };
  const add = { name: 'add-to-growing', text: 'insert into growing as g (a) values ($1) returning g.*' };
  await database.query(all, []);
  await database.query(add, [1]);
  await database.query({ text: 'alter table growing add column b integer' }, []);
  expect(await database.query(add, [2])).toEqual([{ a: 2, b: null }]);
  expect(await database.query(all, [])).toEqual([
    { a: 1, b: null },
    { a: 2, b: null },
  ]);
  expect(await database.transaction((client) => client.query(all, []))).toHaveLength(2);
});
