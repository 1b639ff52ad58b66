import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const debian = '/usr/lib/postgresql';

/** @returns null when it is not installed */
export function findPgbench(): string | null {
  // Debian's /usr/bin/pgbench is a wrapper that wants a cluster of its own.
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(debian, version, 'bin/pgbench'))
    .find((path) => existsSync(path));
  return found ?? (runs('pgbench') ? 'pgbench' : null);
}

/** @throws Error when wrk is missing */
export function findWrk(): string {
  if (spawnSync('wrk', ['-v']).error === undefined) return 'wrk';
  throw new Error('The load generator wrk is missing: apt install wrk (or brew install wrk).');
}

function runs(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

/** Runs a program to its end. @returns what it wrote @throws Error with what it complained of */
export function output(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said.out);
      else reject(new Error(`${command} ended with ${String(code)}: ${said.err}${said.out}`));
    });
  });
}
