import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Block, Command } from './doc-blocks';
import { removeFolder, temporaryFolder } from './gateway-process';

const root = join(__dirname, '../..');

/** What a checkout has after `npm ci`. */
const checkout = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'knexfile.ts'],
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE', '.dependency-cruiser.cjs'],
  ...['src', 'docs', 'examples', 'scripts', 'test', 'console', 'dist'],
];

/** Commands that stay in the foreground; a reader goes on in a second terminal. */
const staysInFront =
  /(?:^|\n)(?:\w+=\S+ (?:\\\n)?)*(?:npm start|node dist\/src\/main\.js|(?:npx )?tagway --ephemeral[^|&\n]*?) *$/;

/** `step` runs a command in this one shell; `begin` one that stays, until it says where it answers. */
const prelude = `
set -u
address=127.0.0.1:9292
groups=()
end() { for group in "\${groups[@]}"; do kill -TERM -- "-$group"; done 2>/dev/null; wait; }
trap end EXIT
step() {
  eval "\${2//127.0.0.1:9292/$address}" >"$RESULTS/$1.out" 2>&1 </dev/null
  echo $? >"$RESULTS/$1.rc"
}
begin() {
  set -m
  eval "$2" >"$RESULTS/$1.out" 2>&1 </dev/null &
  groups+=($!)
  echo $! >>"$RESULTS/groups"
  set +m
  until grep -Eq '^Tagway is ready|"authUrl"' "$RESULTS/$1.out"; do
    kill -0 $! 2>/dev/null || { echo 1 >"$RESULTS/$1.rc"; return; }
    sleep 0.1
  done
  address=$(grep -Eo '127\\.0\\.0\\.1:[0-9]+' "$RESULTS/$1.out" | tail -1)
  echo 0 >"$RESULTS/$1.rc"
}
`;

/**
 * Runs a page's blocks in order in one shell, in a copy of the checkout with a state folder of its own, on any free
 * port. @param first run before them: what the page takes for granted
 * @returns what did not go as the page says, one entry a command; empty: all did
 */
export function runPage(blocks: readonly Block[], timeoutMs: number, first: readonly Block[] = []): string[] {
  const work = realpathSync(temporaryFolder('tagway-docs'));
  // Postgres runs under another account when this is root.
  chmodSync(work, 0o755);
  try {
    const commands = [...first, ...blocks]
      .filter(({ notRun }) => notRun === null)
      .flatMap((block) => block.commands.map((command) => ({ block, command })));
    const place = layOut(work);
    const lines = commands.map(({ command }, index) => lineOf(command, index));
    writeFileSync(join(work, 'page.sh'), prelude + lines.join('\n'));
    const ran = spawnSync('bash', [join(work, 'page.sh')], {
      cwd: place,
      env: environment(work, place),
      encoding: 'utf8',
      timeout: timeoutMs,
    });
    return commands.flatMap(({ block, command }, index) => {
      const fault = faultOf(command, join(work, 'results', String(index)), place, ran.stderr);
      return fault === null ? [] : [`${block.page}:${String(block.line)}: ${command.text}\n${fault}`];
    });
  } finally {
    stopAll(read(join(work, 'results/groups')).match(/\d+/g) ?? []);
    removeFolder(work);
  }
}

/** What a shell that was stopped for taking too long has left running. */
function stopAll(groups: readonly string[]): void {
  for (const group of groups) {
    try {
      process.kill(-Number(group), 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  }
}

function layOut(work: string): string {
  const place = join(work, 'tagway');
  for (const folder of ['results', 'bin', 'tagway', 'home']) mkdirSync(join(work, folder));
  for (const name of checkout)
    cpSync(join(root, name), join(place, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  // As an installed package would put it on the path.
  writeFileSync(join(work, 'bin/tagway'), `#!/bin/sh\nexec node '${place}/dist/src/cli.js' "$@"\n`, {
    mode: 0o755,
  });
  return place;
}

function environment(work: string, place: string): Record<string, string> {
  return {
    PATH: `${join(work, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: join(work, 'home'),
    LANG: 'C.UTF-8',
    RESULTS: join(work, 'results'),
    TAGWAY_PORT: '0',
    TAGWAY_STATE_DIR: join(place, '.tagway'),
    TAGWAY_CACHE_DIR: join(work, 'home/cache'),
  };
}

function lineOf({ text: typed, shown }: Command, index: number): string {
  // npx finds no package behind a linked node_modules; test/clients/examples.test.ts starts it by npx.
  const text = typed.replaceAll('npx tagway', 'tagway');
  const isScript = shown === null && !staysInFront.test(text);
  const quoted = `'${(isScript ? `set -e\n${text}\nset +e` : text).replaceAll("'", "'\\''")}'`;
  return `${staysInFront.test(text) ? 'begin' : 'step'} ${String(index)} ${quoted}`;
}

/** A command that is shown to print something must print that; any other must end with 0, and in a console say nothing. */
function faultOf({ text, shown }: Command, result: string, place: string, shell: string): string | null {
  if (!existsSync(`${result}.rc`)) return `did not end: ${read(`${result}.out`)}${shell}`;
  const [said, code] = [read(`${result}.out`), Number(read(`${result}.rc`))];
  const [seen, told] = [plain(said, place), plain(shown ?? '', place)];
  if (staysInFront.test(text)) {
    const missing = told.split('\n').filter((line) => !seen.includes(line));
    return code === 0 && missing.length === 0
      ? null
      : `ended with ${String(code)}, without ${missing.join('\n')}:\n${said}`;
  }
  if (code !== 0 && (shown ?? '') === '') return `ended with ${String(code)}:\n${said}`;
  return shown === null || seen === told ? null : `is shown to print\n${told}\nand printed\n${seen}`;
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Without what is another one each time: ids, times, ports and places. */
function plain(text: string, place: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(place, '/home/me/tagway')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:9292')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(id)')
    .replace(/\b[0-9a-f]{32}\b/g, '(hex)')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, '(time)')
    .replace(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z| [\d:]{8})/g, '(time)')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
