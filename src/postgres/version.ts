import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type OsAccount, spawnCredentials } from './account';
import { errorCode, EmbeddedError } from './errors';

const run = promisify(execFile);

/** Also tests whether the programs run at all: without glibc they do not. */
export async function queryPostgresVersion(
  postgres: string,
  account: OsAccount,
  environment: Record<string, string>,
): Promise<string> {
  try {
    const options = { ...spawnCredentials(account), env: environment, cwd: '/' };
    const { stdout } = await run(postgres, ['--version'], options);
    return parseVersion(stdout);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new EmbeddedError(
      `The embedded Postgres cannot run on this machine (${said || (errorCode(error) ?? String(error))}); ` +
        'it needs glibc, and a state folder from which programs may be run: set DATABASE_URL to a Postgres of your own.',
      { cause: error },
    );
  }
}

/** `18.4` of `postgres (PostgreSQL) 18.4` and of `18.4.0-beta.17` */
export function parseVersion(text: string): string {
  return /\d{1,9}(?:\.\d{1,9})?/.exec(text)?.[0] ?? text.trim();
}
