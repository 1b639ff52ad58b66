import './ignore-hangup';
import cluster from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import { listen, type RunningServer } from '../http/lifecycle';
import { createLog } from '../logging/log';
import { readSeedFile } from '../seed/seed-file';
import { dialects } from '../composition/dialects';
import { type Config, readConfig } from '../settings/config';
import { disabledSafetyWarnings } from '../settings/disabled-safeties';
import { explainListenError, requireFreePort, gatewayUrlForClients } from './address';
import { explainError } from './explain';
import { startGateway } from './start';
import { waitForStopSignal } from './stop-signal';
import { readTls, reloadCertificateOnHangup } from './tls';
import { processRole, sendToPrimary } from './worker';
import { runWorkers } from './workers';

/** How long requests in flight may take to finish after a stop signal. */
const drainTimeoutMs = 20_000;

/** Runs the gateway as this process' only work. */
export function runUntilStopped(env: Environment): void {
  runGateway(env).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${explainError(error)}\n`);
      process.exit(1);
    },
  );
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError, SeedError, StartError, EmbeddedError */
async function runGateway(env: Environment): Promise<void> {
  const config = readConfig(env, dialects);
  const log = createLog(config.logLevel, config.logForm, cluster.isWorker);
  logWhatNodePrints(log);
  const stopped = waitForStopSignal();
  if (cluster.isWorker) {
    await serve(config, log, stopped);
    return;
  }
  await requireStart(config, log);
  await (config.workers > 1 ? runWorkers : serve)(config, log, stopped);
}

/** Standard error is for log lines only, so that log readers never meet anything else. */
function logWhatNodePrints(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => log.warn('a warning of Node', { name, reason: message }));
  process.on('uncaughtException', (error) => {
    log.error('the gateway ends, because an error was not handled', { error: error.stack ?? String(error) });
    process.exit(1);
  });
}

/** Finds faults before Postgres starts, which takes seconds. */
async function requireStart(config: Config, log: Logger): Promise<void> {
  if (config.ignored.length > 0) {
    const hint = 'they are those that Kubernetes injects for a Service; enableServiceLinks: false stops it';
    log.warn('settings are ignored', { names: config.ignored.join(', '), hint });
  }
  const off = disabledSafetyWarnings(config);
  if (off.length > 0) log.warn('safeties that are off', { settings: off.join('; ') });
  if (config.seedFile !== null) readSeedFile(config.seedFile);
  readTls(config);
  await requireFreePort(config);
}

async function serve(config: Config, log: Logger, stopped: Promise<void>): Promise<void> {
  const gateway = await startGateway(config, log, { role: processRole(cluster.worker) });
  try {
    const server = await listenAt(config, gateway.listener);
    reloadCertificateOnHangup(config, server, log);
    const url = gatewayUrlForClients(config, server.port);
    const welcome = await gateway.welcome(url);
    if (cluster.isWorker) sendToPrimary({ tagway: 'ready', url, welcome });
    else process.stdout.write(`${welcome}Tagway is ready at ${url}\n`);
    await stopped;
    gateway.leave();
    await sleep(config.drainDelay * 1000);
    log.info('stopping: requests under way may finish');
    await server.drain(drainTimeoutMs);
  } finally {
    await gateway.close();
  }
}

async function listenAt(config: Config, listener: Parameters<typeof listen>[0]): Promise<RunningServer> {
  try {
    return await listen(listener, config.host, config.port, readTls(config));
  } catch (error) {
    throw error instanceof Error ? explainListenError(error, config) : error;
  }
}
