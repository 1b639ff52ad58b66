import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseAccount, requirePasswdEntry } from './account';
import { packagedBinariesFolder, prepareBinaries } from './binaries';
import type { Log } from './log';
import { chooseStateDir, preparePostgresFolders, postgresFolders } from './state-folder';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Whether the embedded Postgres can run for this state folder, without touching it: the programs are run from a
 * temporary one.
 * @returns its version, such as 18.4, and the account that it would run under
 * @throws EmbeddedError
 */
export async function checkEmbeddedPostgres(
  stateDir: string | null,
  cacheDir: string | null,
): Promise<{ version: string; account: string }> {
  const account = await chooseAccount(postgresFolders(chooseStateDir(stateDir)).data);
  requirePasswdEntry(account);
  const temporary = mkdtempSync(join(tmpdir(), 'tagway-doctor-'));
  try {
    const folder = postgresFolders(temporary);
    await preparePostgresFolders(folder, account);
    const source = { native: packagedBinariesFolder(), cacheDir };
    const { version } = await prepareBinaries(folder, account, source, silent);
    return { version, account: account.name };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
