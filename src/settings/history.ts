import { isIP } from 'node:net';
import type { SettingsReader } from './reader';

/** The history of tag changes, who may watch it, and where webhooks may go. */
export interface HistoryConfig {
  /** null: nothing is recorded */
  readonly history: {
    /** null: forever */
    readonly days: number | null;
  } | null;
  /** Maximum connections waiting for changes of one project, per process. */
  readonly watchersPerProject: number;
  /** In CIDR form: where webhooks may go beyond the public internet, also without encryption. */
  readonly webhookNetworks: readonly string[];
}

export function readHistoryConfig(read: SettingsReader): HistoryConfig {
  return {
    history: readHistory(read),
    watchersPerProject: read.integer('TAGWAY_WATCHERS_PER_PROJECT', 2_000, 1, 1_000_000),
    webhookNetworks: readNetworks(read, 'TAGWAY_WEBHOOK_NETWORKS'),
  };
}

export function readNetworks(read: SettingsReader, name: string): readonly string[] {
  const networks = read.words(name, []);
  for (const network of networks.filter((one) => !isNetwork(one))) {
    read.faults.push(`${name} must be networks such as 10.1.0.0/16, with commas between, not "${network}"`);
  }
  return networks;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  if (isIP(address) === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 6 ? 128 : 32);
}

function readHistory(read: SettingsReader): HistoryConfig['history'] {
  if (read.text('TAGWAY_HISTORY_DAYS') === 'off') return null;
  const days = read.integer('TAGWAY_HISTORY_DAYS', 90, 0, 36_500);
  return { days: days === 0 ? null : days };
}
