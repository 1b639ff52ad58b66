import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { migrationNames } from '../../../src/storage/migrations';
import { withSession } from '../../../src/storage/backup';
import {
  maxStateFileBytes,
  replaceState,
  readCheckedStateFile,
  checkAndCopyStateFile,
} from '../../../src/storage/state-file';
import { emptyDatabases } from '../../support/backup';
import { fileFolder, stateOf } from '../../support/state-files';

const first = join(__dirname, 'first.tgw');
const lines = readFileSync(first, 'utf8').trimEnd().split('\n');
const { path, write } = fileFolder();
const copy = join(path, 'copy.tgw');
const anEmpty = emptyDatabases();

const check = async (file: string): Promise<unknown> => checkAndCopyStateFile(file, copy, migrationNames);

const text = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('');

/** With a sum that fits. */
function signed(some: readonly string[]): string {
  const before = text(some.slice(0, -1));
  return `${before}${JSON.stringify({ whole: createHash('sha256').update(before).digest('hex') })}\n`;
}

const withHeader = (change: object): string[] => [
  JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), ...change }),
  ...lines.slice(1),
];

async function expectRefused(file: string, words: RegExp | string): Promise<void> {
  const error = await check(file).then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown as Error,
  );
  expect(error.message).toMatch(words);
  expect(error.name).toBe('StateFileError');
  expect(error.message.startsWith(`The state file ${file} cannot be used: `)).toBe(true);
  expect(error.message.endsWith('. Nothing was changed.')).toBe(true);
  expect(existsSync(copy)).toBe(false);
}

test('what is good is copied, for its owner alone, also by way of a link', async () => {
  const link = join(path, 'link.tgw');
  symlinkSync(first, link);
  await check(link);
  expect(readFileSync(copy)).toEqual(readFileSync(first));
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  await check(first);
  execFileSync('rm', [copy]);
});

test.each([
  ['empty', '', 'it is empty: make it anew'],
  ['other JSON', '{"projects":[]}\n', 'it is no state file: its first line must be'],
  ['no text', Buffer.from([0x1f, 0x8b, 8, 0, 0xff, 10]), 'line 1: this is no UTF-8 text'],
  ['an export', text(lines.slice(1, -3)), 'it is an export: "tagway import" takes it'],
  [
    'of a newer format',
    signed(withHeader({ format: 2 })),
    'a newer Tagway wrote it: its format is 2, and this',
  ],
  [
    'of a newer schema',
    signed(withHeader({ schema: '20990101000000_x' })),
    /the schema 20990101000000_x is not/,
  ],
  ['without a key', signed(withHeader({ key: 'x' })), 'line 1: the header is damaged'],
  [
    'longer than its end',
    text([...lines, lines[0] ?? '']),
    `line ${String(lines.length + 1)}: there is more after`,
  ],
])('a file that is %s is refused, and nothing is left', async (name, content, words) => {
  await expectRefused(write(`${name}.tgw`, content), words);
});

test('what is no file, is missing or too large is refused before it is read', async () => {
  const folder = join(path, 'folder.tgw');
  mkdirSync(folder);
  await expectRefused(folder, 'it is a folder: name a file');
  const pipe = join(path, 'pipe.tgw');
  execFileSync('mkfifo', [pipe]);
  await expectRefused(pipe, 'it is no ordinary file: name a file');
  await expectRefused(join(path, 'missing.tgw'), 'there is no such file: check the path');
  const large = write('large.tgw', '');
  truncateSync(large, maxStateFileBytes + 1);
  await expectRefused(large, `it has ${String(maxStateFileBytes + 1)} bytes, and at most 1024 MiB are read`);
});

test('a file that is cut off after any line, or in the middle of one, is refused', async () => {
  for (let kept = 1; kept < lines.length; kept++) {
    const whole = write('cut.tgw', text(lines.slice(0, kept)));
    await expectRefused(whole, `it is cut off after line ${String(kept)}: get the whole file`);
    if (kept % 4 > 0) continue;
    const half = lines[kept]?.slice(0, (lines[kept]?.length ?? 0) / 2) ?? '';
    await expectRefused(write('half.tgw', text(lines.slice(0, kept)) + half), /line \d+: .*undamaged copy/);
  }
});

test('one changed character in any line is noticed', async () => {
  for (const [at, line] of lines.entries()) {
    const middle = Math.floor(line.length * 0.6);
    const other = line[middle] === 'a' ? 'b' : 'a';
    const changed = lines.with(at, `${line.slice(0, middle)}${other}${line.slice(middle + 1)}`);
    await expectRefused(write('changed.tgw', text(changed)), /./);
  }
});

test('rows of tables that are not of Tagway are refused, and the database is as it was', async () => {
  const { connection } = await anEmpty();
  const before = await stateOf(connection);
  const header = JSON.parse(lines[1] ?? '') as { tables: Record<string, string[]> };
  const strange = { ...header, tables: { ...header.tables, pg_authid: ['rolname'] } };
  const file = write('strange.tgw', signed(lines.with(1, JSON.stringify(strange))));
  await check(file);
  const known = migrationNames;
  const put = withSession(connection, (session) =>
    replaceState(session, readCheckedStateFile(file, known), join(path, 'images')),
  );
  await expect(put).rejects.toThrow('it has rows of pg_authid, which this Tagway does not know');
  expect(await stateOf(connection)).toEqual(before);
  expect(existsSync(join(path, 'images')) ? readdirSync(join(path, 'images')) : []).toEqual([]);
  execFileSync('rm', [copy]);
});
