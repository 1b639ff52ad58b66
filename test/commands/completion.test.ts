import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeFolder, temporaryFolder } from '../support/gateway-process';

const cli = join(__dirname, '../../dist/src/cli.js');
const run = promisify(execFile);

async function scriptFor(shell: string): Promise<string> {
  return (await run(process.execPath, [cli, 'completion', shell], { env: { PATH: process.env['PATH'] } }))
    .stdout;
}

const folder = temporaryFolder('tagway-completion');
afterAll(() => {
  removeFolder(folder);
});

/** A shell cannot open its standard input anew: Node's is a socket. */
async function scriptFile(shell: string): Promise<string> {
  const file = join(folder, shell);
  writeFileSync(file, await scriptFor(shell));
  return file;
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What bash offers for the last of the words. */
async function offered(script: string, words: readonly string[]): Promise<string[]> {
  const given = words.map((word) => `'${word}'`).join(' ');
  const asked = `COMP_WORDS=(${given}); COMP_CWORD=${String(words.length - 1)}; _tagway; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', `${script}\n${asked}`]);
  return stdout.trim().split('\n');
}

test('bash completes commands, their subcommands and options', async () => {
  const script = await scriptFor('bash');
  expect(await offered(script, ['tagway', 'pro'])).toEqual(['projects']);
  expect(await offered(script, ['tagway', '--eph'])).toEqual(['--ephemeral']);
  expect(await offered(script, ['tagway', 'keys', ''])).toEqual(
    expect.arrayContaining(['create', 'list', 'disable', 'enable', 'delete']),
  );
  expect(await offered(script, ['tagway', 'keys', 'create', '--'])).toEqual([
    ...['--user', '--project', '--all-projects', '--hours', '--help'],
  ]);
  // As an option's value, the name of a command is no command.
  expect(await offered(script, ['tagway', 'users', 'create', 'roles', '--pass'])).toEqual([
    '--password-stdin',
  ]);
  expect(await offered(script, ['tagway', 'projects', 'delete', '--l'])).toEqual(['--leave-images']);
});

test('bash offers files where an option takes a value', async () => {
  const script = await scriptFor('bash');
  expect(await offered(script, ['tagway', '--seed', ''])).toEqual(['']);
  expect(script).toContain('complete -o default -F _tagway tagway');
});

test('the scripts of all three shells name every command', async () => {
  const { stdout: help } = await run(process.execPath, [cli, '--help']);
  const names = [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+) /gm)].map(
    ([, name = '']) => name,
  );
  expect(names).toEqual(expect.arrayContaining(['users', 'doctor', 'completion']));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = await scriptFor(shell);
    expect(names.filter((name) => !script.includes(name))).toEqual([]);
  }
});

// Where .ci/run installs packages, it installs them.
(has('zsh') ? test : test.skip)('zsh completes the same', async () => {
  const asked = `
    compdef() { :; }
    source "$1"
    _describe() { print -l -- \${(P)4}; }
    _files() { print files; }
    words=(tagway keys cre); CURRENT=3; _tagway
    words=(tagway --seed ''); CURRENT=3; _tagway`;
  const { stdout, stderr, status } = spawnSync('zsh', ['-f', '-c', asked, 'zsh', await scriptFile('zsh')]);
  expect([status, String(stderr)]).toEqual([0, '']);
  expect(String(stdout)).toContain('create:make a pair; its secret is shown this once');
  expect(String(stdout).trim().split('\n').at(-1)).toBe('files');
});

(has('fish') ? test : test.skip)('fish completes the same', async () => {
  const asked = `source $argv[1]; complete -C 'tagway keys cre'; complete -C 'tagway keys create --al'; complete -C 'tagway pro'`;
  const { stdout, stderr, status } = spawnSync('fish', [
    '--no-config',
    '-c',
    asked,
    await scriptFile('fish'),
  ]);
  expect([status, String(stderr)]).toEqual([0, '']);
  const found = String(stdout)
    .split('\n')
    .map((line) => line.split('\t')[0]);
  expect(found).toEqual(expect.arrayContaining(['create', '--all-projects', 'projects']));
});
