import type { Instant } from '../../core/clock';
import type { AccessRule } from '../../identity/ports';
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
  /** null: it has none */
  readonly access_rules: readonly AccessRule[] | null;
}

const table = 'identity_application_credentials';

/** The end is written as an instant: the driver does not parse times inside JSON. */
export const credentialColumns = `id, user_id, project_id, name, description, roles, unrestricted,
  to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as expires_at,
  (
    select json_agg(json_build_object('id', r.id, 'service', r.service, 'method', r.method, 'path', r.path)
      order by l.place)
    from identity_credential_rules l
    join identity_access_rules r on r.id = l.rule_id
    where l.credential_id = ${table}.id
  ) as access_rules`;

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
/** An existing rule is reused, and locked against deletion meanwhile. */
const keepRule = {
  text: `insert into identity_access_rules as r (id, user_id, service, method, path, created_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (user_id, service, method, path) do update set path = excluded.path
    returning id`,
};
const useRule = {
  text: 'insert into identity_credential_rules (credential_id, place, rule_id) values ($1, $2, $3)',
};
const listRules: Statement = {
  text: `select id, service, method, path from identity_access_rules r where user_id = $1
    order by created_at, (select min(place) from identity_credential_rules l where l.rule_id = r.id), id`,
  reads: true,
};
const removeRule = { text: 'delete from identity_access_rules where user_id = $1 and id = $2 returning id' };
const referenceViolation = '23503';
const remove = { text: `delete from ${table} where user_id = $1 and id = $2 returning id` };

type StoredRow = CredentialRow & { readonly secret_hash: string };

export class PostgresCredentialStore implements CredentialStore {
  constructor(
    private readonly database: Queryable,
    private readonly transact: <Result>(step: (client: Queryable) => Promise<Result>) => Promise<Result>,
  ) {}

  async insertCredential(credential: StoredApplicationCredential, at: Instant): Promise<boolean> {
    if (credential.accessRules === null) return insertOne(this.database, credential, at);
    return this.transact(async (client) => {
      if (!(await insertOne(client, credential, at))) return false;
      await insertRules(client, credential, at);
      return true;
    });
  }

  async listAccessRules(userId: string): Promise<readonly AccessRule[]> {
    return this.database.query<AccessRule & Record<string, unknown>>(listRules, [userId]);
  }

  async deleteAccessRule(userId: string, id: string): Promise<'done' | 'used' | 'missing'> {
    try {
      return (await this.database.query(removeRule, [userId, id])).length > 0 ? 'done' : 'missing';
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code === referenceViolation) return 'used';
      throw error;
    }
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
    return rows.map(credentialFromRow);
  }

  async deleteCredential(userId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(remove, [userId, id]);
    return rows.length > 0;
  }
}

async function insertOne(
  client: Queryable,
  credential: StoredApplicationCredential,
  at: Instant,
): Promise<boolean> {
  const rows = await client.query(insert, [
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

async function insertRules(
  client: Queryable,
  { id, userId, accessRules }: StoredApplicationCredential,
  at: Instant,
): Promise<void> {
  for (const [place, rule] of (accessRules ?? []).entries()) {
    const values = [rule.id, userId, rule.service, rule.method, rule.path, at];
    const [kept] = await client.query<{ id: string }>(keepRule, values);
    await client.query(useRule, [id, place, kept?.id]);
  }
}

export function credentialFromRow(row: CredentialRow): ApplicationCredential {
  return {
    id: row.id,
    userId: row.user_id,
    projectId: row.project_id,
    name: row.name,
    description: row.description,
    roles: row.roles,
    unrestricted: row.unrestricted,
    expiresAt: row.expires_at,
    accessRules: row.access_rules,
  };
}

function stored(row: StoredRow): StoredApplicationCredential {
  return { ...credentialFromRow(row), secretHash: row.secret_hash };
}
