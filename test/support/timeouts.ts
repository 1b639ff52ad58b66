import { databaseTimeoutsMs } from '../../src/storage/database/waits';

/*
 * A machine that runs other tests, too, opens connections slowly. What the gateway does when its database is away is
 * tested with processes (test/process) and with Database itself.
 */
const shipped = { ...databaseTimeoutsMs };
const long = { connect: 20_000, query: { short: 20_000, long: 20_000 } };
Object.assign(databaseTimeoutsMs, long);

/** For files that test the timeouts themselves. */
export function useShippedTimeouts(): void {
  Object.assign(databaseTimeoutsMs, shipped);
}

/** For a test that runs into one: it would wait long. */
export async function withShippedTimeouts(work: () => Promise<void>): Promise<void> {
  useShippedTimeouts();
  await work().finally(() => Object.assign(databaseTimeoutsMs, long));
}
