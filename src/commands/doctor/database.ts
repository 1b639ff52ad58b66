import { checkEmbeddedPostgres } from '../../postgres/index';
import { type Config, databaseSessionKind } from '../../settings/config';
import {
  type ConnectionBudget,
  connectionBudget,
  spareConnections,
} from '../../storage/database/connection-budget';
import { Database } from '../../storage/database/database';
import type { CheckResult } from './check';

/** `server_version_num` of the oldest Postgres that is supported. */
const oldestPostgres = 140_000;

interface Facts extends Record<string, unknown> {
  readonly version: number;
  readonly shown: string;
  readonly may_create: boolean;
}

const facts = {
  text: `select current_setting('server_version_num')::int as version, current_setting('server_version') as shown,
    has_schema_privilege(current_schema(), 'create') as may_create`,
};

export async function checkDatabase(config: Config): Promise<CheckResult> {
  if (config.databaseUrl === null) {
    const { version, account } = await checkEmbeddedPostgres(config.stateDir, config.cacheDir);
    return { detail: `the embedded Postgres ${version} runs here, as ${account}` };
  }
  const database = new Database(config.databaseUrl, 1, () => undefined, databaseSessionKind(config));
  try {
    const [found] = await database.query<Facts>(facts, []);
    if (!found) throw new Error('DATABASE_URL answers no query');
    return judge(found, await connectionBudget(database, config));
  } catch (error) {
    return {
      detail: reasonOf(error),
      advice: 'is DATABASE_URL right, does that Postgres run, and may this role log in?',
    };
  } finally {
    await database.close();
  }
}

/** The driver's own words, which name neither the password nor the URL. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { message?: string } };
  return cause?.message === undefined ? message : `${message}: ${cause.message}`;
}

function judge({ version, shown, may_create }: Facts, budget: ConnectionBudget): CheckResult {
  const detail = `Postgres ${shown}`;
  const { needed, allowed } = budget;
  if (version < oldestPostgres) return { detail, advice: 'use Postgres 14 or newer' };
  if (!may_create) {
    const advice = 'grant the role CREATE on the schema, or run "tagway migrate" as a role that may';
    return { detail: `${detail}; this role may not create tables`, advice };
  }
  if (needed > allowed) {
    const advice = `lower TAGWAY_POOL_SIZE or TAGWAY_WORKERS (together ${String(needed)} connections, ${String(spareConnections)} of them to spare), or raise max_connections`;
    return { detail: `${detail}; this role may have ${String(allowed)} connections`, advice };
  }
  return { detail: `${detail}, ${String(needed)} of ${String(allowed)} connections` };
}
