import { spawnSync } from 'node:child_process';
import { type GatewayProcess, removeFolder, startGatewayProcess, temporaryFolder } from './gateway-process';
import { writeSeed } from './seed';

/** A state folder for each test, and gateways with two workers on it. */
export interface WorkerGateways {
  folder(): string;
  start(): Promise<GatewayProcess>;
}

/** To be called where tests are described. */
export function workerGateways(): WorkerGateways {
  let folder: string;
  let running: GatewayProcess[];
  beforeEach(() => {
    folder = temporaryFolder('tagway-workers');
    running = [];
  });
  afterEach(async () => {
    // After a failure only: jest would wait for them for ever.
    const left = running.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    for (const gateway of left) await gateway.stop('SIGKILL');
    removeFolder(folder);
  });
  return {
    folder: () => folder,
    start: async () => {
      const env = { TAGWAY_WORKERS: '2', TAGWAY_SEED: writeSeed(folder) };
      const gateway = await startGatewayProcess(folder, env);
      running.push(gateway);
      return gateway;
    },
  };
}

/** Process ids. */
export function workersOf({ child }: GatewayProcess): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(child.pid), '-f', 'main.js'], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
