import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { connectionUrl } from '../support/connection-url';
import { type TestDatabase, testDatabase } from '../support/database';
import { openstack } from '../support/dialects';
import { removeFolder, spawnGateway, startGatewayProcess, temporaryFolder } from '../support/gateway-process';
import { seedContent, seeded, writeSeed } from '../support/seed';
import { putUsedState } from '../support/used-state';
import { send } from '../support/wire';

const outside = testDatabase();
let folder: string;
beforeEach(() => {
  folder = temporaryFolder('tagway-backup');
  // As root the embedded Postgres runs under another account, which passes it.
  chmodSync(folder, 0o711);
});
afterEach(() => {
  removeFolder(folder);
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Begun {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** @param state the name of a state folder in the test's own, or the connection string of a database */
function begin(state: string, args: readonly string[], input: string | null = ''): Begun {
  const cli = join(__dirname, '../../dist/src/cli.js');
  const env = { PATH: process.env['PATH'] ?? '', ...placeOf(state) };
  const child = spawn(process.execPath, [cli, ...args], { env, cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on('error', () => undefined);
  if (input !== null) child.stdin.end(input);
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) };
}

function placeOf(state: string): Record<string, string> {
  return state.includes(':')
    ? { DATABASE_URL: state, TAGWAY_STATE_DIR: join(folder, 'outside') }
    : { TAGWAY_STATE_DIR: join(folder, state) };
}

const tagway = (state: string, args: readonly string[], input = ''): Promise<Ran> =>
  begin(state, args, input).ended;

const rowsOf = (text: string): string => text.slice(text.indexOf('\n'));

test('a gateway that runs is exported, and lives on from the copy once it has the master key and the data', async () => {
  const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
  await putUsedState(old);
  const gateway = await startGatewayProcess(old, { TAGWAY_SEED: writeSeed(folder) });
  const pair = { access: seeded.access, secret: seeded.secret };
  const image = await openstack({ port: gateway.port, pair, project: seeded.alpha }).create({
    disk_format: 'raw',
    container_format: 'bare',
    tags: ['🏷️=🚀'],
  });
  const headers = { 'Content-Type': 'application/octet-stream' };
  const token = await tokenOf(gateway.port);
  const path = `/v2/images/${image}/file`;
  const uploaded = await fetch(`${gateway.url}${path}`, {
    method: 'PUT',
    headers: { ...headers, 'X-Auth-Token': token },
    body: 'data',
  });
  expect(uploaded.status).toBe(204);
  const exported = await tagway('old', ['export', '--output', 'all.ndjson']);
  expect([exported.code, exported.out]).toEqual([0, '']);
  expect(exported.err).toMatch(
    /^\d+ rows exported in .* rows\/s\n1 images have data, .*: copy .*images as well\.\n$/,
  );
  expect(statSync(join(folder, 'all.ndjson')).mode & 0o777).toBe(0o600);
  await gateway.stop();

  const imported = await tagway('fresh', ['import', 'all.ndjson']);
  expect(imported.code).toBe(0);
  expect(imported.err).toContain(`The data of 1 of them are not there, or not whole: ${image}.`);
  expect(imported.err).toMatch(
    /sealed with the master key [0-9a-f]{16}, and this gateway has none: before a gateway starts, put/,
  );
  copyFileSync(join(old, 'master.key'), join(fresh, 'master.key'));
  mkdirSync(join(fresh, 'images', image.slice(0, 2)), { recursive: true });
  copyFileSync(
    join(old, 'images', image.slice(0, 2), image),
    join(fresh, 'images', image.slice(0, 2), image),
  );

  const copy = await startGatewayProcess(fresh);
  expect(copy.output()).not.toContain('First start');
  const again = await send(copy.port, 'GET', path, { token });
  expect([again.status, again.text]).toEqual([200, 'data']);
  expect(await openstack({ port: copy.port, pair, project: seeded.alpha }).tags(image)).toEqual(['🏷️=🚀']);
  await copy.stop();
}, 180_000);

async function tokenOf(port: number): Promise<string> {
  const auth = {
    identity: {
      methods: ['password'],
      password: { user: { name: 'alice', password: seeded.password, domain: { id: 'default' } } },
    },
    scope: { project: { name: 'alpha', domain: { id: 'default' } } },
  };
  return String((await send(port, 'POST', '/v3/auth/tokens', { body: { auth } })).headers['x-subject-token']);
}

test('through pipes, into an outside database, killed on the way and resumed: the copy is the same', async () => {
  const images = Array.from({ length: 150 }, (_, n) => ({
    ...seedContent.images[0],
    id: idOf(n),
    tags: ['a', `n=${String(n)}`],
  }));
  await putUsedState(join(folder, 'old'));
  const gateway = await startGatewayProcess(join(folder, 'old'), {
    TAGWAY_SEED: writeSeed(folder, { ...seedContent, images }),
  });
  await gateway.stop();
  const { out: text } = await tagway('old', ['export']);
  const lines = text.trimEnd().split('\n');
  const cut = lines.findIndex((line) => line.startsWith('{"image_tags"')) + 1;
  const url = connectionUrl(outside().connection);
  const killed = begin(url, ['import'], null);
  killed.child.stdin?.write(`${lines.slice(0, cut).join('\n')}\n`);
  await untilBegun(outside());
  killed.child.kill('SIGKILL');
  expect((await killed.ended).code).toBeNull();

  const gatewayOnIt = spawnGateway(join(folder, 'outside'), { DATABASE_URL: url });
  expect((await gatewayOnIt.ended).code).toBe(1);
  expect(gatewayOnIt.output()).toMatch(/^an import into this database is not finished .*\n$/);
  const command = await tagway(url, ['keys', 'list']);
  expect([command.code, command.err]).toEqual([1, expect.stringContaining('is not finished')]);

  const done = await tagway(url, ['import', '--resume', '-'], text);
  expect([done.code, done.err]).toEqual([
    0,
    expect.stringMatching(/What came up to line \d+ was there already/),
  ]);
  expect(rowsOf((await tagway(url, ['export', '-o', '-'])).out)).toBe(rowsOf(text));
}, 180_000);

function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** Until an import into this database has stored a batch. */
async function untilBegun({ database }: TestDatabase): Promise<void> {
  const begun = { text: 'select 1 from knex_tagway_import where line > 1' };
  for (let tried = 0; tried < 300; tried++) {
    // The table is not made yet.
    const found = await database.query(begun, []).catch(() => []);
    if (found.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nothing was imported');
}

test('mistakes change nothing, and are told in a sentence with exit code 1', async () => {
  const nothing = await tagway('none', ['export', '-o', 'file']);
  expect(nothing).toEqual({
    code: 1,
    out: '',
    err: `tagway: there is no database in ${join(folder, 'none')}: is TAGWAY_STATE_DIR the right one?\n`,
  });
  expect([existsSync(join(folder, 'none')), existsSync(join(folder, 'file'))]).toEqual([false, false]);
  expect((await tagway('none', ['import', 'away'])).err).toBe('tagway: there is no file away\n');
  expect(existsSync(join(folder, 'none'))).toBe(false);
  writeFileSync(join(folder, 'text'), 'no export\n');
  expect((await tagway('some', ['import', 'text'])).err).toMatch(
    /^tagway: line 1: this is no export of Tagway.*\nNothing was imported\.\n$/,
  );
  writeFileSync(join(folder, 'kept'), 'an older backup');
  rmSync(join(folder, 'some'), { recursive: true });
  expect(await tagway('some', ['export', '-o', 'kept'])).toEqual({
    code: 1,
    out: '',
    err: 'tagway: kept is there already: take another name, or --force to replace it\n',
  });
  expect((await tagway('some', ['export', '-o', 'kept', '--force'])).code).toBe(1);
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('an older backup');
  expect((await tagway('none', ['import', '--help'])).out).toContain('--resume');
  expect((await tagway('none', ['export', '--help'])).out).toContain('the\nmaster key');
}, 180_000);
