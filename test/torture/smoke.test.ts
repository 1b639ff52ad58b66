import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Told {
  readonly faulty: number;
  readonly rounds: readonly { fault: string; operations: number; lost: number; recovery: number | null }[];
}

function torture(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const root = join(__dirname, '../..');
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/torture/main.ts', ...args], {
    cwd: root,
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => (said.err += String(chunk)));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, ...said });
    });
  });
}

test('a kill -9 of the gateway under load loses nothing, as the torture tells it', async () => {
  const asked = ['--minutes', '0.01', '--faults', 'gateway', '--clients', '6', '--workers', '1', '--json'];
  // The machine of a test may be busy with others.
  const { code, out, err } = await torture(...asked, '--recovery', '30');
  expect([code, err]).toEqual([0, expect.stringContaining('well    gateway')]);
  const { faulty, rounds } = JSON.parse(out) as Told;
  expect(faulty).toBe(0);
  expect(rounds).toMatchObject([{ fault: 'gateway', lost: 0, recovery: expect.any(Number) }]);
  expect(rounds[0]?.operations).toBeGreaterThan(20);
}, 120_000);

test('a fault that nobody knows is refused with those that are known', async () => {
  const { code, err } = await torture('--faults', 'flood');
  expect(code).toBe(1);
  expect(err).toContain('network-half-open');
}, 60_000);
