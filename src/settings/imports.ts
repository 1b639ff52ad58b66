import type { FormatCheck } from '../core/format-inspection';
import { readNetworks } from './history';
import type { SettingsReader } from './reader';

/** Where imports may get data from, and which data are looked into. */
export interface ImportsConfig {
  /** Hosts such as `images.example.org`, `*.example.org`, `mirror:8080` or `*`; empty: none. */
  readonly importHosts: readonly string[];
  /** In CIDR form: addresses beyond the public internet that those hosts may have. */
  readonly importNetworks: readonly string[];
  readonly formatCheck: FormatCheck;
}

export function readImportsConfig(read: SettingsReader): ImportsConfig {
  return {
    importHosts: readHosts(read, 'TAGWAY_IMPORT_HOSTS'),
    importNetworks: readNetworks(read, 'TAGWAY_IMPORT_NETWORKS'),
    formatCheck: read.choice('TAGWAY_FORMAT_CHECK', ['imports', 'all', 'off']),
  };
}

function readHosts(read: SettingsReader, name: string): readonly string[] {
  const hosts = read.words(name, []);
  for (const host of hosts.filter((one) => !isHostRule(one))) {
    read.faults.push(`${name} must be hosts such as images.example.org, with commas between, not "${host}"`);
  }
  return hosts;
}

function isHostRule(text: string): boolean {
  return /^(?:\*|(?:\*\.)?[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text);
}
