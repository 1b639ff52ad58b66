import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port';

export interface Rule {
  readonly name: string;
  /** `ok` once it was evaluated without a fault */
  readonly health: string;
}

export interface Prometheus {
  /** The series that an expression gives. @throws with the fault of an expression that is refused */
  query(expression: string): Promise<unknown[]>;
  /** Asks again until there is a series. */
  until(expression: string): Promise<unknown[]>;
  rules(): Promise<Rule[]>;
  stop(): Promise<void>;
}

/** Debian's Prometheus, on loopback. @param home where it keeps what it scraped */
export async function startPrometheus(home: string, config: string): Promise<Prometheus> {
  const address = `127.0.0.1:${String(await freePort())}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(home, 'prometheus-data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += String(text)));
  child.on('error', (error) => (said += `${error.message}: see .ci/run for the Debian packages`));
  const ask = async <Data>(path: string): Promise<Data> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; data: Data; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${String(body.error)}`);
    return body.data;
  };
  const query = async (expression: string): Promise<unknown[]> => {
    const { result } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(expression)}`);
    return result;
  };
  const isReady = (): Promise<boolean> =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let tries = 0; !(await isReady()); tries++) {
    if (child.pid === undefined || child.exitCode !== null || tries > 600) throw new Error(said);
    await sleep(100);
  }
  return {
    query,
    until: async (expression) => {
      for (let tries = 0; ; tries++) {
        const found = await query(expression);
        if (found.length > 0) return found;
        if (tries > 300) throw new Error(`no series of ${expression}\n${said}`);
        await sleep(100);
      }
    },
    rules: async () => {
      const { groups } = await ask<{ groups: { rules: Rule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
