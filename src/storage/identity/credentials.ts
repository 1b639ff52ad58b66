import type { Instant } from '../../core/clock';
import type {
  ApplicationCredential,
  CredentialStore,
  StoredApplicationCredential,
} from '../../identity/ports';
import type { Queryable, Statement } from '../database/database';

export interface CredentialRow {
  readonly id: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly roles: readonly string[];
  readonly unrestricted: boolean;
  readonly expires_at: Instant | null;
}

/** The end is written as an instant, since inside JSON the driver's own reading of times is not asked. */
export const credentialColumns = `id, user_id, project_id, name, description, roles, unrestricted,
  to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as expires_at`;

const table = 'identity_application_credentials';
const insert = {
  text: `insert into ${table}
    (id, user_id, project_id, name, description, secret_hash, roles, unrestricted, expires_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id`,
};
const find: Statement = {
  text: `select ${credentialColumns}, secret_hash from ${table} where id = $1`,
  reads: true,
};
const findByName: Statement = {
  text: `select ${credentialColumns}, secret_hash from ${table} where user_id = $1 and name = $2`,
  reads: true,
};
const list: Statement = {
  text: `select ${credentialColumns} from ${table} where user_id = $1 order by name`,
  reads: true,
};
const remove = { text: `delete from ${table} where user_id = $1 and id = $2 returning id` };

type StoredRow = CredentialRow & { readonly secret_hash: string };

export class PostgresCredentialStore implements CredentialStore {
  constructor(private readonly database: Queryable) {}

  async insertCredential(credential: StoredApplicationCredential, at: Instant): Promise<boolean> {
    const rows = await this.database.query(insert, [
      credential.id,
      credential.userId,
      credential.projectId,
      credential.name,
      credential.description,
      credential.secretHash,
      JSON.stringify(credential.roles),
      credential.unrestricted,
      credential.expiresAt,
      at,
    ]);
    return rows.length > 0;
  }

  async findCredential(id: string): Promise<StoredApplicationCredential | undefined> {
    const [row] = await this.database.query<StoredRow>(find, [id]);
    return row && stored(row);
  }

  async findCredentialByName(userId: string, name: string): Promise<StoredApplicationCredential | undefined> {
    const [row] = await this.database.query<StoredRow>(findByName, [userId, name]);
    return row && stored(row);
  }

  async listCredentials(userId: string): Promise<readonly ApplicationCredential[]> {
    const rows = await this.database.query<CredentialRow>(list, [userId]);
    return rows.map(credentialOf);
  }

  async deleteCredential(userId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(remove, [userId, id]);
    return rows.length > 0;
  }
}

export function credentialOf(row: CredentialRow): ApplicationCredential {
  return {
    id: row.id,
    userId: row.user_id,
    projectId: row.project_id,
    name: row.name,
    description: row.description,
    roles: row.roles,
    unrestricted: row.unrestricted,
    expiresAt: row.expires_at,
  };
}

function stored(row: StoredRow): StoredApplicationCredential {
  return { ...credentialOf(row), secretHash: row.secret_hash };
}
