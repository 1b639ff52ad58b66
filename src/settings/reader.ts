import { readFileSync } from 'node:fs';
import { isServiceLink } from './service-links';
import { mostSimilarName } from './nearest-name';
import { splitHosts } from '../storage/database/connection';

/** Reads one setting at a time and collects faults. An empty setting counts as unset. */
export class SettingsReader {
  readonly faults: string[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  text(name: string): string | null {
    this.known.add(name);
    const value = this.env[name];
    return value === undefined || value === '' || isServiceLink(name, value) ? null : value;
  }

  /** Names of variables that Kubernetes set for a Service. */
  serviceLinks(): readonly string[] {
    return Object.entries(this.env).flatMap(([name, value]) => (isServiceLink(name, value) ? [name] : []));
  }

  /** Call after reading every setting: any other variable named like a setting is a mistake. */
  refuseUnknown(): void {
    for (const [name, value] of Object.entries(this.env)) {
      if (!name.startsWith('TAGWAY_') || this.known.has(name)) continue;
      if (value === undefined || value === '' || isServiceLink(name, value)) continue;
      const near = mostSimilarName(name, this.known);
      this.faults.push(`${name} is no setting${near === null ? '' : `; did you mean ${near}?`}`);
    }
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    this.faults.push(
      `${name} must be a whole number from ${String(least)} to ${String(most)}, not "${value}"`,
    );
    return fallback;
  }

  /** null if unset. */
  optionalInteger(name: string, least: number, most: number): number | null {
    return this.text(name) === null ? null : this.integer(name, least, least, most);
  }

  /** The first choice is the default. */
  choice<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.text(name);
    if (value === null) return choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.faults.push(`${name} must be one of ${choices.join(', ')}, not "${value}"`);
    return found ?? choices[0];
  }

  /** Letters, digits and `._-`; null if unset. */
  word(name: string): string | null {
    const value = this.text(name);
    if (value === null || /^[\w.-]{1,64}$/.test(value)) return value;
    this.faults.push(`${name} must be up to 64 letters, digits, dots, underscores or dashes, not "${value}"`);
    return null;
  }

  /** Never repeats the value: a URL may hold a password. */
  url(name: string, protocols: readonly string[]): string | null {
    return this.urls(name, protocols, (value) => [value]);
  }

  /** The same, with one or more hosts: `scheme://user@a:1,b:2/name`. */
  urlOfHosts(name: string, protocols: readonly string[]): string | null {
    return this.urls(name, protocols, splitHosts);
  }

  private urls(
    name: string,
    protocols: readonly string[],
    partsOf: (value: string) => readonly string[],
  ): string | null {
    const value = this.text(name);
    const isRight = (url: string): boolean => URL.canParse(url) && protocols.includes(new URL(url).protocol);
    if (value === null || partsOf(value).every(isRight)) return value;
    this.faults.push(`${name} must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return null;
  }

  hexKey(name: string): string | null {
    const value = this.text(name);
    const isKey = value !== null && /^[0-9a-f]{64}$/i.test(value);
    if (value === null || (isKey && !/^0+$/.test(value))) return value;
    const why = isKey ? 'must not be all zeros' : 'must be 64 hexadecimal digits (32 bytes)';
    this.faults.push(`${name} ${why}: make one with "openssl rand -hex 32"`);
    return null;
  }

  /** Comma-separated words, with a fallback for those missing. */
  words(name: string, fallback: readonly string[]): readonly string[] {
    const words = (this.text(name) ?? '').split(',').map((word) => word.trim());
    const given = words.filter((word) => word !== '');
    return given.length > 0 ? given : fallback;
  }

  /** The contents of the named file. */
  file(name: string): string | null {
    const path = this.text(name);
    if (path === null) return null;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      this.faults.push(`${name} must be a file that can be read: ${(error as Error).message}`);
      return null;
    }
  }
}
