import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, parts } from './compare';

/** A difference from Glance that is meant, as docs/divergences.md says it. */
export interface Divergence {
  readonly id: string;
  /** What of an exchange may differ; the rest is compared all the same. */
  readonly parts: readonly Part[];
  matches(caseId: string): boolean;
}

const row = /^\| (D\d+) \|.*\| ([^|]*) \| ([^|]*) \|$/;

/** @throws Error for a row that names a part that there is not */
export function readDivergences(): Divergence[] {
  const text = readFileSync(join(__dirname, '../../../docs/divergences.md'), 'utf8');
  return text.split('\n').flatMap((line) => {
    const [, id, differing, cases] = row.exec(line) ?? [];
    if (id === undefined || differing === undefined || cases === undefined) return [];
    const patterns = [...cases.matchAll(/`([^`]+)`/g)].map(([, glob = '']) => globPattern(glob));
    return [
      {
        id,
        parts: partsOf(id, differing),
        matches: (name) => patterns.some((pattern) => pattern.test(name)),
      },
    ];
  });
}

function partsOf(id: string, text: string): Part[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '—');
  return names.map((name) => {
    const part = parts.find((known) => known === name);
    if (!part) throw new Error(`${id} names a part that there is not: ${name}`);
    return part;
  });
}

function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}
