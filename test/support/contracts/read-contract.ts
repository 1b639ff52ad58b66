import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Contract, DialectName } from './contracts';

/** The contract as it stands in the dialect's folder. */
export function readContract(name: DialectName): Contract {
  const text = readFileSync(join(__dirname, '../../../src/dialects', name, 'contract.yaml'), 'utf8');
  return parse(text, { maxAliasCount: -1 }) as Contract;
}
