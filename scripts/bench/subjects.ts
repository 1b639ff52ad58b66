import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionOptions } from '../../src/storage/database/database';
import { runAll } from './fill';
import type { BenchGateway } from './gateway';
import { cpuOf, memoryOf } from './machine';
import { type Credentials, requestFile, type WireRequest, withSignature, withToken } from './requests';
import type { Site } from './site';
import { findWrk, output } from './tools';
import type { Workload } from './workload';

/** One run of one case. */
export interface Measurement {
  /** requests a second */
  readonly rate: number;
  /** ms; pgbench reports the mean */
  readonly p50: number | null;
  readonly p99: number | null;
  /** answers that are no success, and lost connections */
  readonly failed: number;
  /** microseconds of a process's CPU for one request */
  readonly gatewayCpu: number | null;
  readonly postgresCpu: number | null;
  /** MiB */
  readonly memory: number | null;
}

/** Something that a workload can be run against. */
export interface Subject {
  readonly name: string;
  takes(workload: Workload): boolean;
  run(workload: Workload, connections: number, seconds: number): Promise<Measurement>;
}

interface LoadResult {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** Runs wrk over these requests. @param file text as `requestFile` makes it */
export async function load(
  url: string,
  file: string,
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-load-'));
  const path = join(folder, 'requests');
  try {
    writeFileSync(path, file);
    const args = ['-t1', `-c${String(connections)}`, `-d${String(seconds)}s`, '--timeout', '10s'];
    const said = await output(findWrk(), [...args, '-s', join(__dirname, 'load.lua'), url, '--', path]);
    return JSON.parse(said.slice(said.lastIndexOf('\n{"requests"') + 1)) as LoadResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function measured({ requests, microseconds, p50, p99, failed }: LoadResult): Measurement {
  return {
    rate: (requests / microseconds) * 1_000_000,
    p50: p50 / 1000,
    p99: p99 / 1000,
    failed,
    ...{ gatewayCpu: null, postgresCpu: null, memory: null },
  };
}

/** A gateway with one kind of credentials. */
export function gatewaySubject(name: string, gateway: BenchGateway, site: Site, signed = false): Subject {
  const probed = new Set<Workload>();
  return {
    name,
    takes: () => true,
    run: async (workload, connections, seconds) => {
      const credentials: Credentials = signed ? withSignature(new Date()) : withToken(gateway.token);
      const requests = workload.requests(site);
      const file = requestFile(requests, new URL(gateway.url).host, credentials);
      await runAll(gateway.connection, workload.prepare?.(site) ?? []);
      if (!probed.has(workload)) {
        await probe(gateway.url, requests[0], credentials);
        probed.add(workload);
        await runAll(gateway.connection, workload.prepare?.(site) ?? []);
      }
      const cpu = (): [number, number] => [cpuOf(gateway.pid, true), cpuOf(gateway.postgresPid, true)];
      const before = cpu();
      const result = await load(gateway.url, file, connections, seconds);
      const after = cpu();
      return {
        ...measured(result),
        gatewayCpu: (after[0] - before[0]) / result.requests,
        postgresCpu: (after[1] - before[1]) / result.requests,
        memory: memoryOf(gateway.pid).now,
      };
    },
  };
}

/** wrk takes a redirection for a success; so one request is looked at closely. */
async function probe(url: string, request: WireRequest | undefined, credentials: Credentials): Promise<void> {
  if (!request) return;
  const { method, path, body } = request;
  const lines = credentials(request, new URL(url).host).map((line) => line.split(/: (.*)/s).slice(0, 2));
  const headers = {
    ...(Object.fromEntries(lines) as Record<string, string>),
    'Content-Type': 'application/json',
  };
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} is answered ${String(answer.status)}: ${said}`);
}

/** What Postgres alone can do with the statements of a workload. */
export function pgbenchSubject(pgbench: string, gateway: BenchGateway, site: Site): Subject {
  return {
    name: 'pgbench',
    takes: () => true,
    run: async (workload, connections, seconds) => {
      const { connection } = gateway;
      await runAll(connection, workload.prepare?.(site) ?? []);
      const { script, requests, prepared } = await workload.pgbench(site);
      const folder = mkdtempSync(join(tmpdir(), 'tagway-pgbench-'));
      const path = join(folder, 'script.sql');
      const clients = String(connections);
      try {
        writeFileSync(path, script);
        const args = [
          '-n',
          '-M',
          prepared ? 'prepared' : 'extended',
          '-c',
          clients,
          '-T',
          String(seconds),
          '-f',
          path,
        ];
        const place = ['-h', connection.host, '-p', String(connection.port), '-U', connection.user];
        const variables = ['-D', 'n=-1', '-D', `clients=${clients}`];
        const said = await output(pgbench, [...args, ...variables, ...place, connection.database], {
          PGPASSWORD: connection.password,
          PGOPTIONS: sessionOptions,
        });
        return fromPgbench(said, requests);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function fromPgbench(said: string, requests: number): Measurement {
  const number = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? NaN);
  return {
    rate: number(/^tps = ([\d.]+)/m) * requests,
    p50: number(/^latency average = ([\d.]+)/m) / requests,
    p99: null,
    failed: number(/^number of failed transactions: (\d+)/m),
    ...{ gatewayCpu: null, postgresCpu: null, memory: null },
  };
}
