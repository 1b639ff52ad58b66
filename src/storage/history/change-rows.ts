import type { HistoryCursor, RecordedChange } from '../../core/history';
import { compareByCodePoint } from '../../core/tag';

export interface TagChangeRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly image_id: string;
  readonly revision: number;
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly tags: readonly string[];
  readonly reverts: number | null;
  readonly batch: string | null;
  readonly user_id: string;
  readonly user_name: string;
  readonly user_project_id: string | null;
  readonly dialect: string;
  readonly operation: string;
  readonly request_id: string | null;
  readonly access_key: string | null;
}

/** Of `tag_changes h`. Lists go as JSON, which is read faster than Postgres' own form of them. */
export const tagChangeColumns = `h.project_id, h.image_id, h.revision, h.at, array_to_json(h.added) as added,
    array_to_json(h.removed) as removed, array_to_json(h.tags) as tags, h.reverts, h.batch, h.user_id, h.user_name,
    h.user_project_id, h.dialect, h.operation, h.request_id, h.access_key`;

export function changeFromRow(row: TagChangeRow): RecordedChange {
  return {
    projectId: row.project_id,
    imageId: row.image_id,
    revision: row.revision,
    at: row.at,
    added: sorted(row.added),
    removed: sorted(row.removed),
    tags: sorted(row.tags),
    reverts: row.reverts,
    batch: row.batch,
    by: {
      userId: row.user_id,
      userName: row.user_name,
      projectId: row.user_project_id,
      dialect: row.dialect,
      operation: row.operation,
      requestId: row.request_id,
      accessKey: row.access_key,
    },
  };
}

export function historyCursorValues({
  at,
  imageId,
  revision,
}: HistoryCursor): readonly [string, string, number] {
  return [at, imageId, revision];
}

/** The writer leaves them as it finds them: they are read far less often than written. */
function sorted(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...names].sort(compareByCodePoint);
}
