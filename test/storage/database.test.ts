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
