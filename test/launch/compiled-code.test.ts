import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

const program = join(__dirname, '../../dist/src/cli.js');
const run = promisify(execFile);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-compiled');
});
afterEach(() => {
  removeFolder(folder);
});

async function help(): Promise<string> {
  const env = { PATH: process.env['PATH'], TAGWAY_CACHE_DIR: folder };
  const { stdout, stderr } = await run(process.execPath, [program, '--help'], { env });
  expect(stderr).toBe('');
  return stdout;
}

/** The kept code of the file that every command loads. */
function keptFile(): string {
  const [file] = readdirSync(join(folder, 'compiled'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('/cli.js.code'),
  );
  return join(folder, 'compiled', file ?? 'none');
}

test('the second start takes the code that the first one kept', async () => {
  const shown = await help();
  const file = keptFile();
  const { ino, mode } = statSync(file);
  expect(mode & 0o077).toBe(0);
  expect(await help()).toBe(shown);
  // Code that is not taken is replaced.
  expect(statSync(file).ino).toBe(ino);
});

test('kept code that is damaged, cut off or of another source is compiled and kept anew', async () => {
  const shown = await help();
  const file = keptFile();
  const whole = readFileSync(file);
  const damages = [
    () => {
      const other = Buffer.from(whole);
      other.fill(0xff, whole.length - 2_000, whole.length - 1_000);
      writeFileSync(file, other);
    },
    () => {
      truncateSync(file, 1_000);
    },
    () => {
      truncateSync(file, 0);
    },
  ];
  for (const damage of damages) {
    damage();
    const { ino } = statSync(file);
    expect(await help()).toBe(shown);
    expect(statSync(file).ino).not.toBe(ino);
    expect(statSync(file).size).toBeGreaterThan(1_000);
  }
});

test('nothing is kept where another account may write, or nobody can', async () => {
  await help();
  chmodSync(join(folder, 'compiled'), 0o777);
  removeFolder(join(keptFile(), '..'));
  const shown = await help();
  expect(existsSync(keptFile())).toBe(false);
  removeFolder(join(folder, 'compiled'));
  writeFileSync(join(folder, 'compiled'), '');
  expect(await help()).toBe(shown);
});
