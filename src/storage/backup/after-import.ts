import type { BackupSession } from './session';

export interface ImageWithData {
  readonly imageId: string;
  /** bytes */
  readonly size: number;
}

interface Row {
  readonly project_id: string;
  readonly id: string;
  readonly size: string;
}

/** Every image that says that it has data; a registered one is active without any. @param project null: of all */
export async function* imagesWithData(
  session: BackupSession,
  project: string | null,
): AsyncGenerator<ImageWithData> {
  for (let after = ['', '']; ;) {
    const rows = await session.query<Row & Record<string, unknown>>(
      `select project_id, id, size::text as size from images
      where (project_id, id) > ($1, $2) and os_hash_value is not null and size is not null
        and ($3::text is null or project_id = $3)
      order by project_id, id limit 1000`,
      [...after, project],
    );
    for (const { id, size } of rows) yield { imageId: id, size: Number(size) };
    const last = rows.at(-1);
    if (last === undefined) return;
    after = [last.project_id, last.id];
  }
}

/** The ids of the master keys with which secrets in the database are sealed. */
export async function readSealingKeyIds(session: BackupSession): Promise<string[]> {
  const rows = await session.query<{ key_id: string }>(
    `select key_id from identity_access_keys union select key_id from identity_token_keys
    union select key_id from keystone_access_keys
    union select key_id from identity_user_credentials union select key_id from webhook_secrets order by 1`,
  );
  return rows.map((row) => row.key_id);
}
