import { startDisposablePostgres } from '../postgres/disposable';
import type { EmbeddedPostgres } from '../postgres/index';
import { userCacheDir } from '../postgres/safe-folder';
import { SettingsReader } from '../settings/reader';
import { migrationNames } from '../storage/migrations';
import { migrate } from '../storage/migrator';
import { BufferingLog } from './late-log';
import { waitForStartSlot } from './start-slot';

/** A Postgres that starts. Once `launched` resolves it goes on by itself, whatever this process does. */
export interface StartingDatabase {
  readonly launched: Promise<void>;
  readonly postgres: Promise<EmbeddedPostgres>;
  readonly log: BufferingLog;
  /** Lets the next gateway of this machine start; to be called when this one is up, or has failed. */
  readonly isUp: () => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Faults of the settings are left to those who read all of them. */
export async function startDatabaseInBackground(
  stateDir: string,
  env: Environment,
): Promise<StartingDatabase> {
  const read = new SettingsReader(env);
  const cacheDir = userCacheDir(read.text('TAGWAY_CACHE_DIR'));
  const poolSize = read.integer('TAGWAY_POOL_SIZE', 10, 1, 100);
  const isUp = await waitForStartSlot(cacheDir);
  const log = new BufferingLog();
  let onLaunch = (): void => undefined;
  const launched = new Promise<void>((resolve) => (onLaunch = resolve));
  const postgres = startDisposablePostgres({
    ...{ stateDir, cacheDir, contents: migrationNames, log, migrate, onLaunch, report },
    maxConnections: poolSize + 10,
  });
  const failed = postgres.then(
    () => undefined,
    () => undefined,
  );
  return { launched: Promise.race([launched, failed]), postgres, log, isUp };
}

/** For a person who waits: the log says no more than warnings. */
function report(text: string): void {
  process.stderr.write(`tagway: ${text}\n`);
}
