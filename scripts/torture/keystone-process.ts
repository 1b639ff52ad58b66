import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The fake Keystone in a process of its own. */
export interface Keystone {
  readonly pid: number;
  /** Of a member of the project. */
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface Announced {
  readonly url: string;
  readonly token: string;
  readonly serviceUser: { readonly name: string; readonly password: string };
}

export async function startKeystone(project: string): Promise<Keystone> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'keystone.ts'), project], {
    cwd: join(__dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { url, token, serviceUser } = await firstLine(child);
  return {
    pid: child.pid ?? 0,
    token,
    env: {
      TAGWAY_IDENTITY: 'keystone',
      TAGWAY_KEYSTONE_URL: url,
      TAGWAY_KEYSTONE_USER: serviceUser.name,
      TAGWAY_KEYSTONE_PASSWORD: serviceUser.password,
      // Nearly every request asks, so that an outage is felt.
      TAGWAY_TOKEN_CACHE_SECONDS: '1',
    },
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

function firstLine(child: ChildProcess): Promise<Announced> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes('\n')) resolve(JSON.parse(text) as Announced);
    });
    child.once('exit', () => {
      reject(new Error('the fake Keystone could not be started'));
    });
  });
}
