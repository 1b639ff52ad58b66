import { accessSync, constants, existsSync, lstatSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { requireUsableStateFile } from '../../composition/state-opening';
import { chooseStateDir, findRunningServer } from '../../postgres/index';
import { requireFreePort, gatewayUrlForClients } from '../../process/address';
import { readTls } from '../../process/tls';
import { readSeedFile } from '../../seed/seed-file';
import type { Config } from '../../settings/config';
import { disabledSafetyWarnings } from '../../settings/disabled-safeties';
import type { CheckResult } from './check';

/** As `engines` in package.json. */
const oldestNode = [20, 19] as const;
/** Bytes that the embedded Postgres and its log need to run well. */
const roomNeeded = 512 * 2 ** 20;

export function checkNodeVersion(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return { detail: `Node ${version}`, ...(isOld && { advice: 'install Node 20.19 or newer' }) };
}

export function checkStateFolder({ stateDir }: Config): CheckResult {
  const folder = chooseStateDir(stateDir);
  const nearest = nearestExisting(folder);
  if (!lstatSync(nearest).isDirectory())
    return {
      detail: `${nearest} is not a folder`,
      advice: 'set TAGWAY_STATE_DIR to a folder, or to one to create',
    };
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch {
    return {
      detail: `this account may not write in ${nearest}`,
      advice: 'set TAGWAY_STATE_DIR to a folder of this account',
    };
  }
  const { bavail, bsize } = statfsSync(nearest);
  const free = bavail * bsize;
  const detail = `${folder}${existsSync(folder) ? '' : ' (created at the first start)'}, ${String(Math.floor(free / 2 ** 20))} MiB free`;
  return { detail, ...(free < roomNeeded && { advice: 'make room: at least 512 MiB should be free' }) };
}

function nearestExisting(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearestExisting(dirname(folder));
}

/** A Tagway that serves there already is no fault. */
export async function checkPort(config: Config): Promise<CheckResult> {
  const { host, port } = config;
  if (
    port !== 0 &&
    findRunningServer(chooseStateDir(config.stateDir)) !== null &&
    (await isReady(gatewayUrlForClients(config, port)))
  )
    return { detail: `a Tagway on this state folder serves ${gatewayUrlForClients(config, port)}` };
  await requireFreePort(config);
  return { detail: port === 0 ? `any free port of ${host}` : `${host}:${String(port)} is free` };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
    ({ ok }) => ok,
    // Its own certificate may not be trusted by this process.
    () => url.startsWith('https:'),
  );
}

export function checkSeedFile({ seedFile }: Config): CheckResult {
  if (seedFile === null) return { detail: 'none' };
  readSeedFile(seedFile);
  return { detail: seedFile };
}

export async function checkStateFile({ stateFile, stateDir }: Config): Promise<CheckResult> {
  if (stateFile === null) return { detail: 'none' };
  await requireUsableStateFile(stateFile, chooseStateDir(stateDir));
  return { detail: stateFile };
}

export function checkCertificate(config: Config): CheckResult {
  if (config.tls === null) return { detail: 'none: plain HTTP' };
  readTls(config);
  return { detail: config.tls.cert };
}

export function checkSafetySettings(config: Config): CheckResult {
  const off = disabledSafetyWarnings(config);
  if (off.length === 0) return { detail: 'all are on' };
  return { detail: off.join('; '), advice: 'leave it so only where the consequence is wanted' };
}
