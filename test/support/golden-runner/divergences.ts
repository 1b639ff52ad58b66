import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ComparedPart, comparedParts } from '../../../src/recording/replay/compare';

/** A difference from Glance that is meant, as docs/divergences.md says it. */
export interface Divergence {
  readonly id: string;
  /** What of an exchange may differ; the rest is compared all the same. */
  readonly parts: readonly ComparedPart[];
  matches(caseId: string): boolean;
}

/** @throws Error for a section that names a part that there is not */
export function readDivergences(): Divergence[] {
  const text = readFileSync(join(__dirname, '../../../docs/divergences.md'), 'utf8');
  const [, ...sections] = text.split(/^## (?=D\d+$)/m);
  return sections.map((section) => {
    const id = section.split('\n', 1)[0] ?? '';
    const patterns = [...item(section, 'Cases').matchAll(/`([^`]+)`/g)].map(([, glob = '']) =>
      globPattern(glob),
    );
    return {
      id,
      parts: partsOf(id, item(section, 'May differ')),
      matches: (name) => patterns.some((pattern) => pattern.test(name)),
    };
  });
}

/** The text of `- label: …`, over as many lines as it has; empty when the section has none. */
function item(section: string, label: string): string {
  const [, found = ''] = new RegExp(`^- ${label}: ((?:.|\\n(?!-|\\n))*)`, 'm').exec(section) ?? [];
  return found.replaceAll('\n', ' ');
}

function partsOf(id: string, text: string): ComparedPart[] {
  if (text.startsWith('nothing')) return [];
  return text.split(',').map((name) => {
    const part = comparedParts.find((known) => known === name.trim());
    if (!part) throw new Error(`${id} names a part that there is not: ${name}`);
    return part;
  });
}

function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}
