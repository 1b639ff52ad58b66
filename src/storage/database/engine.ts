import { Unavailable } from '../../core/errors';
import type { Database, Statement } from './database';

/** Whether the server is a Citus coordinator. */
export const citusStatement: Statement = {
  text: `select 1 from pg_extension where extname = 'citus'`,
  reads: true,
  bound: 'short',
};

/** ms. A database can be distributed under a running gateway; it is never gathered again. */
const lookAgainAfter = 60_000;

interface Known {
  readonly answer: Promise<boolean>;
  readonly until: number;
}

const known = new WeakMap<Database, Known>();

/** For the few statements that Citus needs in another form. Asked once in a minute. @throws Unavailable */
export function isCitus(database: Database): Promise<boolean> {
  const last = known.get(database);
  if (last && last.until > performance.now()) return last.answer;
  const answer = database.query(citusStatement, []).then((rows) => {
    if (rows.length > 0) known.set(database, { answer, until: Infinity });
    return rows.length > 0;
  });
  known.set(database, { answer, until: performance.now() + lookAgainAfter });
  answer.catch(() => known.delete(database));
  return answer;
}

const versionStatement: Statement = {
  text: 'select i.xmin from images i where false',
  reads: true,
  bound: 'short',
};
const versioned = new WeakMap<Database, Promise<boolean>>();

/** Whether a row says by `xmin` who wrote it: not on Citus, whose nodes each count their own, nor where it is refused. */
export async function keepsRowVersions(database: Database): Promise<boolean> {
  if (await isCitus(database)) return false;
  const known = versioned.get(database);
  if (known) return known;
  const answer = database.query(versionStatement, []).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Unavailable) throw error;
      return false;
    },
  );
  versioned.set(database, answer);
  answer.catch(() => versioned.delete(database));
  return answer;
}
