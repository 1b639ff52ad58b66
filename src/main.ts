import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import { type Config, readConfig } from './settings/config';
import { listen } from './http/lifecycle';
import { createLog } from './logging/log';
import { startGateway } from './process/start';
import { stopSignal } from './process/stop-signal';
import { readTls, renewOnHangup } from './process/tls';
import { farewell, isFirstProcess, tellPrimary } from './process/worker';
import { runWorkers } from './process/workers';

/** How long requests under way may take to finish after a stop signal (ms). */
const patience = 20_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel, config.logForm);
  const stopped = stopSignal();
  await (config.workers > 1 && cluster.isPrimary ? runWorkers : serve)(config, log, stopped);
}

async function serve(config: Config, log: Logger, stopped: Promise<void>): Promise<void> {
  const gateway = await startGateway(config, log);
  try {
    const server = await listen(gateway.listener, config.host, config.port, readTls(config));
    renewOnHangup(config, server, log);
    void server.acceptMore();
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    const url = `${config.tls ? 'https' : 'http'}://${host}:${String(server.port)}`;
    const said = isFirstProcess() ? await gateway.welcome(url) : '';
    if (cluster.isWorker) tellPrimary({ tagway: 'ready', url, said });
    else process.stdout.write(`${said}Tagway is ready at ${url}\n`);
    await stopped;
    gateway.leave();
    await sleep(config.drainDelay * 1000);
    log.info('stopping: requests under way may finish');
    await server.drain(patience);
    if (cluster.isWorker) await farewell();
  } finally {
    await gateway.close();
  }
}

/** What a person can mend is said in a sentence; only the rest needs a stack. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'Unavailable') {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return `Tagway cannot reach its database (${error.message}${cause}). Is DATABASE_URL right, and the server up?`;
  }
  const mendable = ['ConfigError', 'SeedError', 'EmbeddedError', 'BackupError', 'WorkerEnded'];
  return mendable.includes(error.name) || 'code' in error ? error.message : (error.stack ?? error.message);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
