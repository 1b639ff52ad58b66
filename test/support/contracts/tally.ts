import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContractChecker, type Verdict } from './checker';
import {
  type Contract,
  type DialectName,
  dialectNames,
  operationsOf,
  readContract,
  withJsonSchemas,
} from './contracts';
import type { Exchange } from './recorder.cjs';

/** Where a run's workers and processes leave what they saw; set for the time of the run. */
const variable = 'TEST_EXCHANGES';

type Contracts = Readonly<Record<DialectName, Contract>>;

/** Makes the folder of a run. Contracts are read here once, not once in each test file. */
export function beginTally(): void {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-exchanges-'));
  process.env[variable] = folder;
  const contracts = dialectNames.map((name) => [name, withJsonSchemas(name, readContract(name))]);
  writeFileSync(join(folder, 'contracts.json'), JSON.stringify(Object.fromEntries(contracts)));
}

function folderOf(): string | undefined {
  return process.env[variable];
}

function contractsIn(folder: string): Contracts {
  return JSON.parse(readFileSync(join(folder, 'contracts.json'), 'utf8')) as Contracts;
}

const mostFaults = 20;

/** Counts answers by operation and status, and keeps what is wrong with them. */
export class Tally {
  readonly counts = new Map<string, number>();
  readonly faults: string[] = [];

  constructor(private readonly checker: ContractChecker) {}

  add(exchange: Exchange): void {
    const verdict = this.checker.check(exchange);
    if (!verdict) return;
    const key = `${verdict.operation} ${String(verdict.status)}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (verdict.fault !== undefined) this.note(exchange, verdict);
  }

  private note({ method, path, body }: Exchange, { operation, status, fault = '' }: Verdict): void {
    const told = `${method} ${path} (${operation}): ${String(status)}: ${fault}\n  ${(body ?? '').slice(0, 500)}`;
    if (this.faults.length < mostFaults) this.faults.push(told);
  }

  /** @throws Error that lists the answers which break their contract */
  requireFaultless(): void {
    if (this.faults.length === 0) return;
    throw new Error(`Answers that are not as their contract says:\n${this.faults.join('\n')}`);
  }
}

let shared: ContractChecker | undefined;

/** Of one gateway of a test; undefined outside a run of jest. */
export function newTally(): Tally | undefined {
  const folder = folderOf();
  if (folder === undefined) return undefined;
  shared ??= new ContractChecker(contractsIn(folder));
  return new Tally(shared);
}

/** Leaves the counts for the end of the run. @throws Error as requireFaultless */
export function settle(tally: Tally): void {
  const line = `${JSON.stringify([...tally.counts])}\n`;
  const folder = folderOf();
  if (folder !== undefined) appendFileSync(join(folder, `counts-${String(process.pid)}.ndjson`), line);
  tally.counts.clear();
  tally.requireFaultless();
}

/** The settings by which a process of the gateway writes down its answers. */
export function recordingEnvironment(): Record<string, string> {
  const folder = folderOf();
  if (folder === undefined) return {};
  const preload = `--require "${join(__dirname, 'preload.cjs')}"`;
  return {
    [variable]: folder,
    NODE_OPTIONS: [process.env['NODE_OPTIONS'], preload].filter(Boolean).join(' '),
  };
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
