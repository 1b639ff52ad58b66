import { type DialectName, dialectNames } from '../support/contracts/contracts';
import { runCampaign } from '../support/fuzz/campaign';
import { fuzzSettings } from '../support/fuzz/settings';
import { testGateway } from '../support/gateway';
import { closeIdleSockets } from '../support/wire';

/** `FUZZ_RUNS=20000 FUZZ_SEED=2 npx jest test/contract/fuzz`; `npm run fuzz` is the form for millions. */
const requests = Number(process.env['FUZZ_RUNS'] ?? 600);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

// Each answer is held against its contract when the gateway closes.
const given = testGateway(fuzzSettings);
afterAll(closeIdleSockets);

test(
  'no hostile request to any dialect fails, hangs, or changes anything when it is refused',
  async () => {
    const { gateway, port, connection } = given();
    const database = { ...connection, ssl: false };
    const { counts, violations, slowest } = await runCampaign({
      ...{ gateway, port, connection: database, seed, requests },
    });
    expect(violations).toEqual([]);
    expect(slowest).toBeLessThan(10_000);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    // It must get behind the doors, too: some of each dialect's requests are granted.
    const granted = (name: DialectName): number =>
      (counts[name].get(200) ?? 0) + (counts[name].get(204) ?? 0);
    expect(dialectNames.map(granted).filter((count) => count < requests / 100)).toEqual([]);
  },
  60_000 + requests * 50,
);
