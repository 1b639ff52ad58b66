import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractChecker, type Verdict } from './checker';
import type { Contract, DialectName } from './contracts';
import type { Exchange } from './recorder.cjs';

export type Contracts = Readonly<Record<DialectName, Contract>>;

/** Where a run's workers and processes leave what they saw; set for the time of the run. */
export const variable = 'TEST_EXCHANGES';

export function folderOf(): string | undefined {
  return process.env[variable];
}

export function contractsIn(folder: string): Contracts {
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
  // The end of the run looks at the schemas themselves, once and not for each test file.
  shared ??= new ContractChecker(contractsIn(folder), true);
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
