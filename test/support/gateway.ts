import { dialects } from '../../src/composition/dialects';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'winston';
import { type Config, readConfig } from '../../src/settings/config';
import type { Caller } from '../../src/core/caller';
import { createGateway } from '../../src/composition/gateway';
import type { Gateway, TestOverrides } from '../../src/composition/gateway-deps';
import { listen } from '../../src/http/lifecycle';
import { StateFolder } from '../../src/settings/state-folder';
import { watch } from './contracts/recorder.cjs';
import { newTally, settle } from './contracts/tally';
import { createDatabase, dropDatabase, type TestDatabase } from './database';
import { engineSettings } from './engine';
import { expectNoSecretTold, searchedLog } from './secrets';
import { cheapPasswords, testSettings } from './settings';

export interface TestGateway extends TestDatabase {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  readonly stateDir: string;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  /** Settings by their environment names. */
  readonly env?: Readonly<Record<string, string>>;
  readonly replace?: TestOverrides;
  readonly log?: Logger;
  /** False where answers are made up on purpose: they are not held against the contracts. */
  readonly contracts?: boolean;
}

/** A whole gateway on a database of its own and a real socket. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const test = await createDatabase();
  const stateDir = mkdtempSync(join(tmpdir(), 'tagway-state-'));
  const gateway = await gatewayOn({ ...test, stateDir }, options);
  const tally = options.contracts === false ? undefined : newTally();
  const listener: RequestListener = (req, res) => {
    if (tally)
      watch(req, res, (exchange) => {
        tally.add(exchange);
      });
    gateway.listener(req, res);
  };
  const server = await listen(listener, '127.0.0.1', 0);
  return {
    ...test,
    gateway,
    stateDir,
    port: server.port,
    url: `http://127.0.0.1:${String(server.port)}`,
    close: async () => {
      await server.drain(2_000);
      await gateway.close();
      await test.database.close();
      await dropDatabase(test.connection.database);
      rmSync(stateDir, { recursive: true, force: true });
      if (tally) settle(tally);
      expectNoSecretTold();
    },
  };
}

/** A gateway on what another one has or had, without a socket; the caller closes it. */
export async function gatewayOn(
  { connection, stateDir }: Pick<TestGateway, 'connection' | 'stateDir'>,
  options: TestGatewayOptions = {},
): Promise<Gateway> {
  const config: Config = readConfig(
    { ...engineSettings(), TAGWAY_STATE_DIR: stateDir, ...testSettings(), ...options.env },
    [...dialects, ...(options.replace?.dialects ?? [])],
  );
  const log = options.log ?? searchedLog();
  const replace = { scryptCost: cheapPasswords, ...options.replace };
  const folder = new StateFolder(stateDir);
  const gateway = await createGateway(config, { connection, folder, log, replace });
  gateway.begin();
  return gateway;
}

/** One gateway for a test file or a describe. */
export function testGateway(options: TestGatewayOptions = {}): () => TestGateway {
  let found: TestGateway | undefined;
  beforeAll(async () => {
    found = await startTestGateway(options);
  });
  afterAll(() => found?.close());
  return () => {
    if (!found) throw new Error('testGateway() is there only inside tests');
    return found;
  };
}

/** A caller as identity would make it: a member of `projectId` unless said otherwise. */
export function aCaller(projectId: string, more: Partial<Caller> = {}): Caller {
  return {
    userId: `user-of-${projectId}`,
    userName: 'somebody',
    scope: 'project',
    projectId,
    roles: ['member'],
    accessLevel: 'member',
    ...more,
  };
}
