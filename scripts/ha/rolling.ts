import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { startEmbeddedPostgres } from '../../src/postgres/index';
import { connectionUrl } from '../../test/support/connection-url';
import { removeFolder, signIn, temporaryFolder } from '../../test/support/gateway-process';
import { faultOf } from '../../test/support/history';
import { seeded, writeSeed } from '../../test/support/seed';
import { TagLoad } from '../../test/support/tag-load';
import { SupervisedGateway } from '../torture/supervised';
import { Proxy } from './proxy';
import { alignedTable, say } from './report';

interface Options {
  readonly restarts: number;
  readonly clients: number;
  readonly drainDelay: number;
  readonly json: boolean;
}

interface Restart {
  readonly gateway: string;
  /** ms from SIGTERM until the new process says that it is ready */
  readonly away: number;
  /** ms from SIGTERM until the proxy sends it requests again */
  readonly back: number;
  /** requests that were answered during the restart */
  readonly operations: number;
  readonly failed: number;
}

interface Site {
  readonly gateways: readonly [SupervisedGateway, SupervisedGateway];
  readonly proxy: Proxy;
  readonly token: string;
  stop(): Promise<void>;
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Between two restarts (ms). */
const calm = 1_000;

/** ms between two calls of a client: what a gateway that is too busy refuses is another matter. */
const delayMs = 20;

function whole(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least) return number;
    throw new InvalidArgumentError(`a whole number, ${String(least)} or more, is needed`);
  };
}

function readOptions(args: readonly string[]): Options {
  return new Command('npm run ha:rolling --')
    .description(
      'Restarts two gateways behind HAProxy (docs/deploy/haproxy.cfg) in turn, each\n' +
        'by SIGTERM and a new start, while clients change and read tags through all\n' +
        'dialects. They share one Postgres, which is started for it. Ends with 1 when\n' +
        'a request failed or what clients saw fits no order. Needs HAProxy.',
    )
    .option('--restarts <n>', 'of each gateway', whole(1), 3)
    .option('--clients <n>', 'connections at once', whole(1), 32)
    .option(
      '--drain-delay <seconds>',
      'TAGWAY_DRAIN_DELAY of the gateways; 0 shows what it is for',
      whole(0),
      5,
    )
    .option('--json', 'the figures as JSON instead of the table', false)
    .parse(args, { from: 'user' })
    .opts<Options>();
}

async function siteOf({ drainDelay }: Options, folder: string): Promise<Site> {
  const server = await startEmbeddedPostgres({ stateDir: join(folder, 'postgres'), log: quiet });
  const env = {
    DATABASE_URL: connectionUrl(server.connection),
    TAGWAY_MASTER_KEY: 'ab'.repeat(32),
    TAGWAY_SEED: writeSeed(folder),
    TAGWAY_DRAIN_DELAY: String(drainDelay),
    TAGWAY_TRUST_PROXY: '127.0.0.1',
    TAGWAY_LOG_LEVEL: 'error',
  };
  const one = await SupervisedGateway.start(join(folder, 'one'), env);
  const two = await SupervisedGateway.start(join(folder, 'two'), env);
  const proxy = await Proxy.start(folder, [one.port, two.port]);
  const url = `http://127.0.0.1:${String(proxy.port)}`;
  return {
    gateways: [one, two],
    proxy,
    token: await signIn(url, 'alice', seeded.password, 'alpha'),
    stop: async () => {
      await Promise.all([one.stop(), two.stop()]);
      await proxy.stop();
      await server.stop();
    },
  };
}

const failuresOf = ({ record }: TagLoad): number => record.unknown + record.unexpected.length;

async function restart({ gateways, proxy }: Site, which: 0 | 1, load: TagLoad): Promise<Restart> {
  const gateway = which === 0 ? 'one' : 'two';
  const before = { operations: load.record.operations, failed: failuresOf(load) };
  const begun = performance.now();
  await gateways[which].restart({});
  const away = performance.now() - begun;
  // To the proxy it may still be the one that was up before; two checks later it has noticed.
  await sleep(calm);
  await proxy.untilUp(gateway);
  const back = performance.now() - begun;
  return {
    ...{ gateway, away, back },
    operations: load.record.operations - before.operations,
    failed: failuresOf(load) - before.failed,
  };
}

async function play(options: Options, site: Site): Promise<number> {
  const { proxy, token } = site;
  const speaker = { port: proxy.port, timeoutMs: 15_000, project: seeded.alpha, token };
  const { clients } = options;
  const load = await TagLoad.begin({ clients, seed: 1, name: 'ha', delayMs, speakerOf: () => speaker });
  await sleep(calm);
  const restarts: Restart[] = [];
  for (let n = 0; n < 2 * options.restarts; n++) {
    const done = await restart(site, n % 2 === 0 ? 0 : 1, load);
    restarts.push(done);
    say(`${done.gateway} is back after ${(done.back / 1000).toFixed(1)} s, ${String(done.failed)} failed`);
  }
  await load.stop();
  await load.readAll();
  const faults = load.images.map(faultOf).filter((fault) => fault !== null);
  for (const { kind, story } of faults) say(`${kind}:\n${story}`);
  load.record.unanswered.forEach(say);
  for (const { what, status, text } of load.record.unexpected) say(`${what}: ${String(status)} ${text}`);
  const { operations, slowest } = load.record;
  const total = { operations, failed: failuresOf(load), faults: faults.length, slowest };
  process.stdout.write(
    options.json ? `${JSON.stringify({ options, restarts, ...total })}\n` : figures(restarts, total),
  );
  return total.failed + total.faults;
}

function figures(restarts: readonly Restart[], total: Record<string, number>): string {
  const seconds = (ms = 0): string => (ms / 1000).toFixed(1);
  const head = ['gateway', 'ready again s', 'in use again s', 'requests during it', 'failed'];
  const rows = restarts.map(({ gateway, away, back, operations, failed }) => [
    ...[gateway, seconds(away), seconds(back), String(operations), String(failed)],
  ]);
  return (
    `${alignedTable([head, ...rows])}\n` +
    `${String(total['operations'])} requests, ${String(total['failed'])} failed, ` +
    `${String(total['faults'])} histories that fit no order, slowest answer ${seconds(total['slowest'])} s\n`
  );
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  // Each gateway that is started listens for the end of this process.
  process.setMaxListeners(0);
  const alive = setInterval(() => undefined, 60_000);
  const folder = temporaryFolder('tagway-rolling');
  // As root, Postgres runs under another account.
  chmodSync(folder, 0o755);
  try {
    const site = await siteOf(options, folder);
    return await play(options, site).finally(() => site.stop());
  } finally {
    clearInterval(alive);
    removeFolder(folder);
  }
}

main().then(
  (failed) => process.exit(failed === 0 ? 0 : 1),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
