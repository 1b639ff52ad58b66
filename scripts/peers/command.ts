import { spawn } from 'node:child_process';

interface Ran {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a program to its end. Its output is kept and also shown with `--verbose`. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly show?: boolean },
): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OS_|TAGWAY_)/.test(name));
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += String(chunk);
      if (options.show === true) process.stderr.write(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, out });
    });
  });
}

/** @throws Error with the end of its output unless it ends with 0 */
export async function runOrThrow(...args: Parameters<typeof runProgram>): Promise<string> {
  const { code, out } = await runProgram(...args);
  if (code === 0) return out;
  throw new Error(`${args[0]} ${args[1].join(' ')} ended with ${String(code)}:\n${out.slice(-2000)}`);
}
