import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Announcement } from '../ephemeral/announcement';

interface ChildOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLog: ((line: string) => void) | undefined;
  readonly timeoutMs: number;
}

/** How long a gateway may take to stop before it is killed: longer than it lets requests in flight finish. */
const stopTimeoutMs = 15_000;
/** Lines of its log that an error quotes. */
const quotedLines = 20;

/** `tagway --ephemeral`. A pipe on its standard input ends it when this process ends. */
export class GatewayChild {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<unknown>,
    readonly announcement: Announcement,
  ) {}

  static async start({ args, env, onLog, timeoutMs }: ChildOptions): Promise<GatewayChild> {
    const program = ephemeralCommand(args);
    const child = spawn(program.command, program.args, {
      env: { ...program.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    // A gateway that ends while it is written to is reported by its end.
    child.stdin.on('error', () => undefined);
    const last: string[] = [];
    createInterface(child.stderr).on('line', (line) => {
      if (last.push(line) > quotedLines) last.shift();
      onLog?.(line);
    });
    try {
      const announcement = await announced(child, ended, timeoutMs);
      release(child);
      return new GatewayChild(child, ended, announcement);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error([(error as Error).message, ...last].join('\n'), { cause: error });
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.ref();
    this.child.kill('SIGTERM');
    const killing = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    await this.ended;
    clearTimeout(killing);
  }
}

/** The program of an ephemeral gateway. */
export function ephemeralCommand(args: readonly string[]): {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
} {
  const program = [join(__dirname, '../cli.js'), '--ephemeral', ...args];
  return { command: process.execPath, args: program, env: inherited() };
}

/** Options of a test runner's own Node (loaders, inspectors, coverage) are not for the gateway. */
function inherited(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '', NODE_TEST_CONTEXT: undefined };
}

async function announced(
  child: ChildProcess,
  ended: Promise<unknown>,
  timeoutMs: number,
): Promise<Announcement> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { stdout } = child;
  if (!stdout) throw new Error('Tagway has no standard output');
  const line = once(createInterface(stdout), 'line', { signal }) as Promise<[string]>;
  const early = ended.then(() => {
    throw new Error(`Tagway ended with ${String(child.exitCode ?? child.signalCode)} before it was ready`);
  });
  const [text] = await Promise.race([line, early]).catch((error: unknown) => {
    throw signal.aborted ? new Error(`Tagway was not ready after ${String(timeoutMs)} ms`) : error;
  });
  return JSON.parse(text) as Announcement;
}

/** From now on it does not keep this process alive. */
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
}
