import type { Database } from '../../src/storage/database/database';

const insert = {
  text: `insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, user_id, user_name,
    dialect, operation) values ($1, $2, $3, $4, $5, $6, $7, 'u', 'somebody', $8, 'op')`,
};

export interface HistoryRow {
  readonly project?: string;
  readonly image: string;
  readonly revision: number;
  readonly at?: string;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly tags?: readonly string[];
  readonly dialect?: string;
}

/** A change as a gateway records it. */
export async function record(
  database: Pick<Database, 'query'>,
  {
    project = 'p',
    image,
    revision,
    at = '2026-11-27T00:00:00.000000Z',
    added = [`t${String(revision)}`],
    removed = [],
    tags = added,
    dialect = 'openstack-images',
  }: HistoryRow,
): Promise<void> {
  await database.query(insert, [project, image, revision, at, added, removed, tags, dialect]);
}
