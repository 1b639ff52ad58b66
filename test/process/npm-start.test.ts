import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { removeFolder } from '../support/gateway-process';
import { usedStateFolder } from '../support/used-state';

let folder: string;
beforeEach(async () => {
  folder = await usedStateFolder('tagway-npm');
});
afterEach(() => {
  removeFolder(folder);
});

/** Runs `npm start` in a process group of its own, as a terminal does, until it is ready. */
async function npmStart(more: Record<string, string>) {
  const child = spawn('npm', ['start'], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, TAGWAY_STATE_DIR: folder, TAGWAY_PORT: '0', ...more },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  let output = '';
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += String(chunk);
      const found = /^Tagway is ready at (\S+)$/m.exec(output);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });
  return { pid: child.pid ?? 0, ended, url };
}

// The close event waits for every process that holds standard output: none is left behind.
test.each([
  ['a stop signal to npm alone', (pid: number) => pid, 'SIGTERM', {}],
  // One build is enough: without the scripts before and after it, npm only starts the gateway.
  [
    'Ctrl-C, which reaches npm and the gateway both',
    (pid: number) => -pid,
    'SIGINT',
    { npm_config_ignore_scripts: 'true' },
  ],
] as const)(
  '%s ends the gateway with 0 and leaves nothing running',
  async (_, target, signal, settings) => {
    const { pid, ended, url } = await npmStart(settings);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    process.kill(target(pid), signal);
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  },
  90_000,
);
