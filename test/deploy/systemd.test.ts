import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dialects } from '../../src/composition/dialects';
import { readConfig } from '../../src/settings/config';
import { removeFolder } from '../support/gateway-process';

const root = join(__dirname, '../..');
const unit = readFileSync(join(root, 'docs/deploy/systemd/tagway.service'), 'utf8');
const page = readFileSync(join(root, 'docs/deploy/systemd.md'), 'utf8');

/** Every value of a setting of the unit, in order. */
function valuesOf(name: string): string[] {
  return unit
    .split('\n')
    .flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
}

const environment = Object.fromEntries(
  valuesOf('Environment').flatMap((value) =>
    value.split(' ').map((one) => one.split('=') as [string, string]),
  ),
);

test('the unit gives the gateway settings that it takes, in folders that systemd makes', () => {
  const config = readConfig(environment, dialects);
  expect(config.stateDir).toBe(`/var/lib/${valuesOf('StateDirectory')[0] ?? ''}`);
  expect(config.cacheDir).toBe(`/var/cache/${valuesOf('CacheDirectory')[0] ?? ''}`);
  expect(environment['TMPDIR']).toBe(`/run/${valuesOf('RuntimeDirectory')[0] ?? ''}`);
});

test('a stop asks the gateway alone, and leaves it time to drain and to stop Postgres', () => {
  expect(valuesOf('KillMode')).toEqual(['mixed']);
  // 20 s for requests under way, 40 s for Postgres, and some to spare.
  expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(20 + 40 + 20);
});

const systemd = spawnSync('systemd-analyze', ['--version']);
const version = Number(/systemd (\d+)/.exec(String(systemd.stdout))?.[1] ?? 0);

// With Debian's systemd 252 it is there; elsewhere it may not be.
(version >= 250 ? test : test.skip)('systemd-analyze finds no fault, and little exposure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tagway-systemd-'));
  try {
    const file = join(folder, 'tagway.service');
    // Its programs are of the machine that it is installed on.
    const start = `ExecStart=${process.execPath} ${join(root, 'dist/src/main.js')}`;
    const here = unit.replace(/^ExecStart=.*$/m, start);
    writeFileSync(file, here);
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file]);
    // It speaks of the machine's other units, too.
    const said = String(verified.stderr)
      .split('\n')
      .filter((line) => line.includes('tagway'));
    expect([verified.status, said]).toEqual([0, []]);
    const security = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file]);
    const exposure = /Overall exposure level for tagway\.service: ([\d.]+)/.exec(
      String(security.stdout),
    )?.[1];
    expect(page).toContain(`an exposure of ${String(exposure)} (`);
  } finally {
    removeFolder(folder);
  }
});
