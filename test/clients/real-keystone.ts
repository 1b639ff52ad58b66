import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../support/free-port';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

export const password = 'labpass';

export interface RealKeystone {
  readonly url: string;
  /** Ends it as a power cut would. Not for one that runs already. */
  kill(): Promise<void>;
  /** Starts it again on the data that it had. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's Keystone by `scripts/lab/keystone.sh`, or one that runs already, named by TEST_KEYSTONE_URL. */
export async function startRealKeystone(): Promise<RealKeystone> {
  const running = process.env['TEST_KEYSTONE_URL'];
  if (running) return { url: running, kill: notOurs, revive: notOurs, stop: () => Promise.resolve() };
  const folder = temporaryFolder('tagway-keystone');
  const port = await freePort();
  let lab = await startLab(folder, port);
  return {
    url: `http://127.0.0.1:${String(port)}/v3`,
    kill: () => lab.end('SIGKILL'),
    revive: async () => {
      lab = await startLab(folder, port);
    },
    stop: async () => {
      await lab.end('SIGTERM');
      removeFolder(folder);
    },
  };
}

function notOurs(): Promise<never> {
  return Promise.reject(new Error('TEST_KEYSTONE_URL names a Keystone that is not ours to end'));
}

interface Lab {
  /** Signals the script, or with SIGKILL everything that it started. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function startLab(folder: string, port: number): Promise<Lab> {
  const script = join(__dirname, '../../scripts/lab/keystone.sh');
  const env = { ...process.env, LAB_FOLDER: folder, LAB_PORT: String(port), LAB_PASSWORD: password };
  const child = spawn('bash', [script], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += String(chunk);
        if (text.includes('Keystone is ready at')) resolve();
      });
    }
    void ended.then(() => {
      reject(new Error(`Keystone did not start:\n${text}`));
    });
  });
  return {
    end: async (signal) => {
      const pid = child.pid ?? 0;
      process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
      await ended;
    },
  };
}

export interface KeystoneReply {
  readonly status: number;
  readonly token: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read what Keystone says loosely
  readonly body: any;
}

export async function ask(
  url: string,
  method: string,
  path: string,
  token = '',
  body?: object,
): Promise<KeystoneReply> {
  const headers = { 'Content-Type': 'application/json', ...(token !== '' && { 'X-Auth-Token': token }) };
  const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return {
    status: response.status,
    token: response.headers.get('x-subject-token') ?? '',
    body: text === '' ? undefined : JSON.parse(text),
  };
}

export async function logIn(url: string, identity: object, scope?: unknown): Promise<KeystoneReply> {
  const found = await ask(url, 'POST', '/auth/tokens', '', {
    auth: { identity, ...(scope !== undefined && { scope }) },
  });
  if (found.status !== 201) throw new Error(`no token: ${JSON.stringify(found.body)}`);
  return found;
}

export function byPassword(name: string): object {
  return { methods: ['password'], password: { user: { name, domain: { id: 'default' }, password } } };
}

export function project(name: string): object {
  return { project: { name, domain: { id: 'default' } } };
}
