import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Announcement } from '../../src/ephemeral/announcement';
import { endWithThisProcess } from './end-with-this-process';
import { until } from './until';

const root = join(__dirname, '../..');

export interface EphemeralProcess {
  readonly said: Announcement;
  /** Everything on standard output. */
  readonly out: () => string;
  /** Everything on standard error. */
  readonly err: () => string;
  /** ms from the start of the process to its line */
  readonly milliseconds: number;
  readonly child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface EphemeralSettings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly stdin?: 'pipe' | 'ignore';
  /** ms from the start of the process */
  readonly endInputAfter?: number;
}

/** `tagway --ephemeral` as users run it. Resolves with its line, rejects when it ends before. */
export async function startEphemeral(settings: EphemeralSettings = {}): Promise<EphemeralProcess> {
  const cli = join(root, 'dist/src/cli.js');
  if (!existsSync(cli)) throw new Error(`${cli} is missing: run "npm run build" first`);
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, '--ephemeral', ...(settings.args ?? [])], {
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings.env },
    stdio: [settings.stdin ?? 'ignore', 'pipe', 'pipe'],
    ...(settings.uid !== undefined && { uid: settings.uid, gid: settings.uid }),
  });
  endWithThisProcess(child);
  if (settings.endInputAfter !== undefined) setTimeout(() => child.stdin?.end(), settings.endInputAfter);
  let [out, err] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => (err += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      out += String(chunk);
      if (out.includes('\n')) resolve(out);
    });
  });
  const over = ended.then((code) => {
    throw new Error(`it ended with ${String(code)} before it was ready:\n${out}${err}`);
  });
  const said = JSON.parse(await Promise.race([line, over])) as Announcement;
  return {
    said,
    out: () => out,
    err: () => err,
    milliseconds: Math.round(performance.now() - begun),
    child,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Whether it is true within a minute. */
export async function soon(isSo: () => boolean): Promise<boolean> {
  return until(isSo).catch(() => false);
}
