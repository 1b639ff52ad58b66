import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingEnvironment } from './contracts/tally';
import { endWithThisProcess } from './end-with-this-process';
import { expectNoSecretTold, keepSecret, searchSecrets } from './secrets';
import { testSettings } from './settings';

const root = join(__dirname, '../..');

export interface GatewayProcess {
  readonly url: string;
  readonly port: number;
  readonly stateDir: string;
  readonly child: ChildProcess;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The built gateway as users run it, in a process of its own, on any free port. Resolves when it is ready.
 * @param checkout another one whose build is meant
 */
export async function startGatewayProcess(
  stateDir: string,
  env: Readonly<Record<string, string>> = {},
  checkout = root,
): Promise<GatewayProcess> {
  const { child, output, ended } = spawnGateway(stateDir, env, checkout);
  const url = await readyUrl(child, output, ended);
  return {
    url,
    port: Number(new URL(url).port),
    stateDir,
    child,
    output,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const end = await ended;
      searchSecrets(output());
      expectNoSecretTold();
      return end;
    },
  };
}

type End = Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

/** For starts that are meant to fail: the process, what it writes and how it ends. */
export function spawnGateway(
  stateDir: string,
  env: Readonly<Record<string, string>> = {},
  checkout = root,
): { child: ChildProcess; output: () => string; ended: End } {
  const main = join(checkout, 'dist/src/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: run "npm run build" first`);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TAGWAY_|DATABASE_URL$|OS_)/.test(name)),
  );
  const child = spawn(process.execPath, [main], {
    cwd: checkout,
    env: {
      ...inherited,
      ...recordingEnvironment(),
      TAGWAY_STATE_DIR: stateDir,
      TAGWAY_PORT: '0',
      ...testSettings(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  const ended: End = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  endWithThisProcess(child);
  return { child, output: () => text, ended };
}

async function readyUrl(child: ChildProcess, output: () => string, ended: End): Promise<string> {
  const over = ended.then(({ code, signal }) => {
    throw new Error(`the gateway ended (${String(code ?? signal)}) before it was ready:\n${output()}`);
  });
  const ready = new Promise<string>((resolve) => {
    const look = (): void => {
      const found = /^Tagway is ready at (\S+)$/m.exec(output());
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout?.on('data', look);
  });
  return Promise.race([ready, over]);
}

/** The variables that an openrc file exports. */
export function readOpenrc(stateDir: string): Record<string, string> {
  const text = readFileSync(join(stateDir, 'openrc'), 'utf8');
  const lines = [...text.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

/** A token for the whole project, as the CLIs ask for one. */
export async function signIn(url: string, user: string, password: string, project: string): Promise<string> {
  keepSecret(password);
  const auth = {
    identity: {
      methods: ['password'],
      password: { user: { name: user, domain: { id: 'default' }, password } },
    },
    scope: { project: { name: project, domain: { id: 'default' } } },
  };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const token = answer.headers.get('x-subject-token');
  if (token === null) throw new Error(`${String(answer.status)} ${await answer.text()}`);
  keepSecret(token);
  return token;
}
