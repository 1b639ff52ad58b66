import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, pingStatement } from '../../../src/storage/database/database';
import { testDatabase } from '../../support/database';
import { Network } from '../../support/network';
import { allowed } from '../../support/allowed';
import { useShippedTimeouts } from '../../support/timeouts';

useShippedTimeouts();

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
    await sleep(200);
    await network.set('fair');
    await client.query(ask, []);
  });
  await expect(work).rejects.toMatchObject({ name: 'Unavailable' });
  expect(await database.query(ask, [])).toHaveLength(1);
});

/** Ends its own connection, until it was asked so often; a sequence counts also what is taken back. */
const deadlyUntil = (times: number) => ({
  text: `select asked, case when asked < ${String(times)} then pg_terminate_backend(pg_backend_pid()) end
    from (select nextval('asking') as asked offset 0) a`,
});

async function timesAsked(): Promise<number> {
  const [row] = await given().database.query<{ asked: number }>(
    { text: 'select last_value as asked from asking where is_called' },
    [],
  );
  return row?.asked ?? 0;
}

describe('what is asked when the server ends the connection', () => {
  beforeEach(() => given().database.query({ text: 'create sequence asking' }, []));
  afterEach(() => given().database.query({ text: 'drop sequence asking' }, []));

  test('a read is asked again, twice at most, and the caller does not notice', async () => {
    const [row] = await database.query<{ asked: unknown }>({ ...deadlyUntil(3), reads: true }, []);
    expect(Number(row?.asked)).toBe(3);
    const fourth = database.query({ ...deadlyUntil(10), reads: true }, []);
    await expect(fourth).rejects.toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
    expect(await timesAsked()).toBe(6);
  });

  test('a change is never made again, nor is a transaction', async () => {
    const unknown = { name: 'Unavailable', outcome: 'unknown' };
    await expect(database.query(deadlyUntil(3), [])).rejects.toMatchObject(unknown);
    expect(await timesAsked()).toBe(1);
    const work = database.transaction((client) => client.query({ ...deadlyUntil(3), reads: true }, []));
    await expect(work).rejects.toMatchObject(unknown);
    expect(await timesAsked()).toBe(2);
  });
});

test('a server that is away for a moment costs a wait; when it stays away everybody is refused after two seconds, and later ones at once', async () => {
  await network.set('cut');
  // Few: on a busy machine many connections would not be opened in the two seconds.
  const asked = Array.from({ length: 5 }, () => database.query(ask, []));
  await sleep(300);
  await network.set('fair');
  expect(await Promise.all(asked)).toHaveLength(5);
  await network.set('cut');
  // What is sent over a connection that has not heard of it yet is lost, and not waited for.
  await sleep(300);
  const waiting = await Promise.all(Array.from({ length: 50 }, () => timed(database.query(ask, []))));
  const away = { name: 'Unavailable', outcome: 'not-done' };
  for (const { error } of waiting) expect(error).toMatchObject(away);
  expect(Math.max(...waiting.map(({ ms }) => ms))).toBeLessThan(allowed(6_000));
  const late = await timed(database.query(ask, []));
  expect(late.error).toMatchObject(away);
  expect(late.ms).toBeLessThan(allowed(1_500));
  await network.set('fair');
  await untilAnswered();
}, 60_000);

test('whom a full server gives no connection waits for one that is there already', async () => {
  const { database: own, connection } = given();
  await own.query({ text: `create role narrow login password 'narrow' connection limit 1` }, []);
  const crowd = new Database({ ...connection, user: 'narrow', password: 'narrow' }, 3, () => undefined);
  try {
    const sleepy = { text: 'select pg_sleep(0.3)' };
    const work = [1, 2, 3].map(() => crowd.query(sleepy, []));
    expect(await Promise.all(work)).toHaveLength(3);
  } finally {
    await crowd.close();
    await own.query({ text: 'drop role narrow' }, []);
  }
});

test('a server that ends the connection may have done what it was asked: the outcome is unknown', async () => {
  const leave = database.query({ text: 'select pg_terminate_backend(pg_backend_pid())' }, []);
  await expect(leave).rejects.toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  expect(await database.query(ask, [])).toHaveLength(1);
});

// As Citus 12.1 words them; the second has no code of a lost connection.
test.each([
  ['08006', 'connection to the remote node postgres@w1:5432 failed with the following error: x'],
  ['XX000', 'could not commit transaction for shard 102008 on any active node'],
])('a node behind the server that is away costs no connection: %s', async (code, message) => {
  const pid = { text: 'select pg_backend_pid() as pid' };
  const before = await database.query(pid, []);
  const raise = `do $$ begin raise exception using errcode = '${code}', message = '${message}'; end $$`;
  const unknown = { name: 'Unavailable', outcome: 'unknown' };
  await expect(database.query({ text: raise }, [])).rejects.toMatchObject(unknown);
  const work = database.transaction((client) => client.query({ text: raise }, []));
  await expect(work).rejects.toMatchObject(unknown);
  expect(await database.query(pid, [])).toEqual(before);
});

test('when a statement gets no answer, nobody else waits as long: refused at once until the server is back, then over new connections', async () => {
  await Promise.all([1, 2, 3].map(() => database.query({ text: 'select pg_sleep(0.2)' }, [])));
  await network.set('half-open');
  const [first, read] = await Promise.all([
    timed(database.transaction((client) => client.query(ask, []))),
    timed(database.query(pingStatement, [])),
  ]);
  expect(read.error).toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  expect(read.ms).toBeLessThan(allowed(7_500));
  expect(first.error).toMatchObject({ name: 'Unavailable', outcome: 'unknown' });
  // One wait, not another one for the end of the transaction, nor for asking again.
  expect(first.ms).toBeLessThan(allowed(7_500));
  const next = await timed(database.query(ask, []));
  expect(next.error).toMatchObject({ name: 'Unavailable', outcome: 'not-done' });
  expect(next.ms).toBeLessThan(allowed(1_500));
  await network.set('fair');
  await untilAnswered();
  // The other two connections are as dead as the first, and would each have cost somebody as long.
  for (let turn = 0; turn < 4; turn++) expect((await timed(database.query(ask, []))).error).toBeUndefined();
}, 60_000);

test('once the server is known to be back, other statements that it never saw do not wait for their own time', async () => {
  await Promise.all([1, 2].map(() => database.query({ text: 'select pg_sleep(0.2)' }, [])));
  await network.set('half-open');
  const short = database.query(pingStatement, []);
  const long = database.query(ask, []);
  const causes = Promise.allSettled([short, long]).then((all) =>
    all.map((one) => one.status === 'rejected' && String((one.reason as Error).cause)),
  );
  await sleep(500);
  await network.set('fair');
  expect(await causes).toEqual(['Error: Query read timeout', 'Error: Connection terminated']);
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
    await sleep(50);
  }
}

test('work is repeated when its connection was known to be lost before anything was sent', async () => {
  let attempts = 0;
  await database.transaction(async (client) => {
    // As pg words it, of a connection that its pool gave before it heard of the loss.
    if (++attempts === 1) throw new Error('Client has encountered a connection error and is not queryable');
    await client.query(ask, []);
  });
  expect(attempts).toBe(2);
});
