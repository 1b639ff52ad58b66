import { join } from 'node:path';
import { Database } from '../../src/storage/database';
import { testDatabase } from '../support/database';
import { Network } from '../support/network';

const given = testDatabase();
const ask = { text: 'select 1' };

let network: Network;
let database: Database;
let idleErrors: number;

beforeEach(async () => {
  const { host, port, user, password, database: name } = given().connection;
  network = await Network.to({ path: join(host, `.s.PGSQL.${String(port)}`) });
  const url = `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${String(network.port)}/${name}`;
  idleErrors = 0;
  database = new Database(url, 3, () => idleErrors++);
});
afterEach(async () => {
  await database.close();
  await network.close();
});

test('a connection that is reset between two statements of a transaction fails it, and nothing else', async () => {
  const work = database.transaction(async (client) => {
    await client.query(ask, []);
    await network.set('resets');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await network.set('fair');
    await client.query(ask, []);
  });
  await expect(work).rejects.toMatchObject({ name: 'Unavailable' });
  expect(await database.query(ask, [])).toHaveLength(1);
});

test('a server that ends the connection may have done what it was asked: the outcome is unknown', async () => {
  const leave = database.query({ text: 'select pg_terminate_backend(pg_backend_pid())' }, []);
  await expect(leave).rejects.toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  expect(await database.query(ask, [])).toHaveLength(1);
});

test('when a statement gets no answer, nobody else waits as long: refused at once until the server is back, then over new connections', async () => {
  await Promise.all([1, 2, 3].map(() => database.query({ text: 'select pg_sleep(0.2)' }, [])));
  await network.set('half-open');
  const first = await timed(database.transaction((client) => client.query(ask, [])));
  expect(first.error).toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  // One wait, not another one for the end of the transaction.
  expect(first.ms).toBeLessThan(10_000);
  const next = await timed(database.query(ask, []));
  expect(next.error).toMatchObject({ name: 'Unavailable', outcome: 'not-done' });
  expect(next.ms).toBeLessThan(1_500);
  await network.set('fair');
  await untilAnswered();
  // The other two connections are as dead as the first, and would each have cost somebody as long.
  for (let turn = 0; turn < 4; turn++) expect((await timed(database.query(ask, []))).error).toBeUndefined();
}, 60_000);

async function timed<Value>(work: Promise<Value>): Promise<{ ms: number; error?: unknown }> {
  const begun = performance.now();
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { ms: performance.now() - begun, ...(error !== undefined && { error }) };
}

async function untilAnswered(): Promise<void> {
  const begun = performance.now();
  while ((await timed(database.query(ask, []))).error !== undefined) {
    if (performance.now() - begun > 15_000) throw new Error('it did not come back');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
