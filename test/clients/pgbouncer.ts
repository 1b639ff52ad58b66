import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port';

export interface PgBouncer {
  readonly port: number;
  /** Everything it wrote so far. */
  said(): string;
  stop(): Promise<void>;
}

export interface Behind {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Debian's PgBouncer in transaction mode, as docs/deploy/pgbouncer.md has it. @param sessions of the server, at most */
export async function startPgBouncer(folder: string, server: Behind, sessions: number): Promise<PgBouncer> {
  const home = join(folder, 'pgbouncer');
  const port = await freePort();
  const account = ordinaryAccount();
  mkdirSync(home);
  const users = join(home, 'users.txt');
  const settings = join(home, 'pgbouncer.ini');
  writeFileSync(users, `"${server.user}" "${server.password}"\n`, { mode: 0o600 });
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${String(server.port)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${String(port)}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${String(sessions)}
max_client_conn = 100
`,
  );
  for (const path of [home, users, settings]) if (account) chownSync(path, account.uid, account.gid);
  const child = spawn('pgbouncer', [settings], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    ...account,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += String(text)));
  child.on('error', (error) => (said += error.message));
  const isOver = (): boolean => child.pid === undefined || child.exitCode !== null;
  for (let tries = 0; !(await isListening(port)); tries++) {
    if (isOver() || tries > 200) throw new Error(`PgBouncer does not run (see .ci/run): ${said}`);
    await sleep(50);
  }
  return {
    port,
    said: () => said,
    stop: async () => {
      if (isOver()) return;
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

/** It refuses to run as root. */
function ordinaryAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
