import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractChecker } from './checker';
import { dialectNames, operationsOf, withJsonSchemas } from './contracts';
import { readContract } from './read-contract';
import type { Exchange } from './recorder.cjs';
import { type Contracts, contractsIn, folderOf, Tally, variable } from './tally';

/** Makes the folder of a run. Contracts are read here once, not once in each test file. */
export function beginTally(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-exchanges-'));
  process.env[variable] = folder;
  const contracts = dialectNames.map((name) => [name, withJsonSchemas(name, readContract(name))]);
  writeFileSync(join(folder, 'contracts.json'), JSON.stringify(Object.fromEntries(contracts)));
}

/**
 * Checks what processes have answered, and adds everything up.
 * @param whole whether all tests were run, so that every operation must have been seen
 * @throws Error for answers that break their contract, and operations that nobody asked for
 */
export function endTally(whole: boolean): void {
  const folder = folderOf();
  if (folder === undefined) return;
  try {
    const contracts = contractsIn(folder);
    const tally = new Tally(new ContractChecker(contracts));
    for (const line of linesOf(folder, 'exchanges-')) tally.add(JSON.parse(line) as Exchange);
    for (const line of linesOf(folder, 'counts-')) {
      for (const [key, count] of JSON.parse(line) as [string, number][])
        tally.counts.set(key, (tally.counts.get(key) ?? 0) + count);
    }
    const rows = rowsOf(contracts, tally.counts);
    if (whole || process.env['CONTRACT_TABLE'] !== undefined) process.stderr.write(tableOf(rows));
    tally.requireFaultless();
    const unseen = rows.filter(({ seen }) => seen === 0).map(({ operation }) => operation);
    if (whole && unseen.length > 0) throw new Error(`No test has asked for: ${unseen.join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(folder: string, prefix: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.endsWith('}') || line.endsWith(']'));
}

interface Row {
  readonly operation: string;
  readonly seen: number;
  readonly statuses: string;
}

function rowsOf(contracts: Contracts, counts: ReadonlyMap<string, number>): Row[] {
  return dialectNames.flatMap((name) => {
    const ids = operationsOf(contracts[name]).map(({ operation }) => operation.operationId ?? '');
    return [...ids, 'elsewhere'].map((id) => {
      const operation = `${name} ${id}`;
      const found = [...counts].filter(([key]) => key.startsWith(`${operation} `)).sort();
      const statuses = found.map(([key, count]) => `${key.slice(operation.length + 1)}×${String(count)}`);
      return {
        operation,
        seen: found.reduce((sum, [, count]) => sum + count, 0),
        statuses: statuses.join(' '),
      };
    });
  });
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ operation, seen, statuses }) => `${String(seen).padStart(8)}  ${operation.padEnd(48)} ${statuses}`,
  );
  return `\nAnswers held against the contracts:\n${lines.join('\n')}\n`;
}
