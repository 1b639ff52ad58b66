import { Agent, request } from 'node:http';

/** What became of the requests of one run; times in ms, sorted. */
export interface Curve {
  readonly offered: number;
  readonly served: readonly number[];
  /** 503 with Retry-After. */
  readonly refused: readonly number[];
  /** Anything else: no answer, another status, a 503 without Retry-After. */
  readonly failed: readonly string[];
}

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly token: string;
}

/** Longer than the gateway ever lets anybody wait. */
const patience = 20_000;

/**
 * Sends `rate` requests a second for so many ms, whether the ones before are answered or not: clients of the real
 * world do not wait for each other.
 */
export async function openLoop(target: Target, rate: number, milliseconds: number): Promise<Curve> {
  const agent = new Agent({ keepAlive: true });
  const curve = { offered: 0, served: [] as number[], refused: [] as number[], failed: [] as string[] };
  const asked: Promise<void>[] = [];
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - begun;
      const due = Math.floor((Math.min(passed, milliseconds) / 1000) * rate);
      for (; curve.offered < due; curve.offered++) asked.push(ask(agent, target, curve));
      if (passed < milliseconds) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  await Promise.all(asked);
  agent.destroy();
  const sorted = (times: number[]): number[] => times.sort((a, b) => a - b);
  return { ...curve, served: sorted(curve.served), refused: sorted(curve.refused) };
}

/** As many requests a second as so many clients get who wait for each answer. */
export async function closedLoop(target: Target, clients: number, milliseconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const curve = { served: [] as number[], refused: [] as number[], failed: [] as string[] };
  const end = performance.now() + milliseconds;
  const client = async (): Promise<void> => {
    while (performance.now() < end) await ask(agent, target, curve);
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  if (curve.failed.length > 0) throw new Error(`a request failed: ${String(curve.failed[0])}`);
  return (curve.served.length / milliseconds) * 1000;
}

function ask(
  agent: Agent,
  { port, path, token }: Target,
  curve: { served: number[]; refused: number[]; failed: string[] },
): Promise<void> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const options = { agent, port, host: '127.0.0.1', path, headers: { 'X-Auth-Token': token } };
    const outgoing = request({ ...options, timeout: patience }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        const took = performance.now() - begun;
        const isRefused = answer.statusCode === 503 && answer.headers['retry-after'] !== undefined;
        if (answer.statusCode === 200) curve.served.push(took);
        else if (isRefused) curve.refused.push(took);
        else curve.failed.push(`answered ${String(answer.statusCode)}`);
        resolve();
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')));
    outgoing.on('error', (error) => {
      curve.failed.push(error.message);
      resolve();
    });
    outgoing.end();
  });
}
