import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How another project fares: times in ms. */
export interface Fare {
  readonly writes: readonly number[];
  readonly shows: readonly number[];
  readonly probes: readonly number[];
  /** Statuses of 500 and more, and requests without an answer. */
  readonly failures: readonly string[];
  readonly peakMegabytes: number;
}

/** Writes, shows and probes of a project that no attack concerns, one after another, about twenty a second. */
export async function fareOf(
  { port, token, image, pid }: { port: number; token: string; image: string; pid: number },
  seconds: number,
): Promise<Fare> {
  const times = { writes: [] as number[], shows: [] as number[], probes: [] as number[] };
  const failures: string[] = [];
  let peak = 0;
  const ask = async (kind: keyof typeof times, method: string, path: string): Promise<void> => {
    const begun = performance.now();
    try {
      const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
        method,
        headers: { 'X-Auth-Token': token },
        signal: AbortSignal.timeout(15_000),
      });
      await answer.arrayBuffer();
      if (answer.status >= 400) failures.push(`${kind} ${String(answer.status)}`);
    } catch (error) {
      failures.push(`${kind} ${error instanceof Error ? error.message : String(error)}`);
    }
    times[kind].push(performance.now() - begun);
  };
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end; turn++) {
    await ask('writes', 'PUT', `/v2/images/${image}/tags/t${String(turn % 50)}`);
    await ask('shows', 'GET', `/v2/images/${image}`);
    if (turn % 5 === 0) await ask('probes', 'GET', '/readyz');
    peak = Math.max(peak, residentMegabytes(pid));
    await sleep(20);
  }
  return { ...times, failures, peakMegabytes: peak };
}

function residentMegabytes(pid: number): number {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
