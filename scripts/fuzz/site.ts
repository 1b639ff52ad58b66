import { dialects } from '../../src/composition/dialects';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ClientConfig } from 'pg';
import { createLogger, format, type Logger, transports } from 'winston';
import { readConfig } from '../../src/settings/config';
import { createGateway } from '../../src/composition/gateway';
import type { Gateway } from '../../src/composition/gateway-deps';
import { listen } from '../../src/http/lifecycle';
import { StateFolder } from '../../src/settings/state-folder';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { ContractChecker } from '../../test/support/contracts/checker';
import { dialectNames, withJsonSchemas } from '../../test/support/contracts/contracts';
import { readContract } from '../../test/support/contracts/read-contract';
import { watch } from '../../test/support/contracts/recorder.cjs';
import { type Contracts, Tally } from '../../test/support/contracts/tally';
import { fuzzSettings } from '../../test/support/fuzz/settings';
import { removeFolder, temporaryFolder } from '../../test/support/gateway-process';

export interface Site {
  readonly gateway: Gateway;
  readonly port: number;
  readonly connection: ClientConfig;
  /** Of every answer, held against its contract. */
  readonly tally: Tally;
  /** What the gateway logged as its own failures. */
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

/** These data are thrown away. */
const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A gateway in this process, on a Postgres of its own, whose every answer is seen. */
export async function startSite(): Promise<Site> {
  const home = temporaryFolder('tagway-fuzz');
  // As root, Postgres runs under another account.
  chmodSync(home, 0o755);
  const failures: string[] = [];
  const log = logInto(failures);
  const stateDir = join(home, 'state');
  const postgres = await startEmbeddedPostgres({ stateDir, log, settings: careless });
  const { connection } = postgres;
  const config = readConfig({ ...fuzzSettings.env, TAGWAY_STATE_DIR: stateDir }, dialects);
  const folder = new StateFolder(stateDir);
  const { replace } = fuzzSettings;
  const gateway = await createGateway(config, { connection, folder, log, replace });
  gateway.begin();
  const tally = new Tally(new ContractChecker(contracts()));
  const server = await listen(
    (req, res) => {
      watch(req, res, (exchange) => {
        tally.add(exchange);
      });
      gateway.listener(req, res);
    },
    '127.0.0.1',
    0,
  );
  return {
    ...{ gateway, port: server.port, connection: { ...connection, ssl: false }, tally, failures },
    stop: async () => {
      await server.drain(2_000);
      await gateway.close();
      await postgres.stop();
      removeFolder(home);
    },
  };
}

function contracts(): Contracts {
  return Object.fromEntries(
    dialectNames.map((name) => [name, withJsonSchemas(name, readContract(name))]),
  ) as Contracts;
}

/** Of the gateway's log only what it says of its own failures. */
function logInto(failures: string[]): Logger {
  const stream = new Writable({
    write: (line: Buffer, _encoding, done) => {
      if (failures.length < 20) failures.push(String(line));
      process.stderr.write(line);
      done();
    },
  });
  return createLogger({
    level: 'error',
    format: format.json(),
    transports: [new transports.Stream({ stream })],
  });
}
