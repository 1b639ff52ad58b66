import type { Instant } from '../../core/clock';
import type {
  AccessKeyFacts,
  AccessKeyStore,
  ExternalUserKeyStore,
  StoredAccessKey,
} from '../../identity/ports';
import type { Queryable, Statement } from '../database/database';
import { readProjectRoles } from './roles';

interface AccessKeyRow {
  readonly access: string;
  readonly key_id: string;
  readonly secret: string;
  readonly user_id: string;
  readonly project_id: string;
  readonly all_projects: boolean;
  readonly enabled: boolean;
  readonly security_token_hash: string | null;
  readonly expires_at: Instant | null;
  readonly created_at: Instant;
}

interface FactsRow extends AccessKeyRow {
  readonly user_name: string;
  readonly user_enabled: boolean;
}

/** Shared by all stores of access keys. */
const statementsOn = (table: string) => ({
  insert: {
    text: `insert into ${table}
      (access, key_id, secret, user_id, project_id, enabled, security_token_hash, expires_at, created_at, all_projects)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning access`,
  },
  update: {
    text: `update ${table} set key_id = $2, secret = $3, user_id = $4, project_id = $5, all_projects = $6
      where access = $1`,
  },
  list: { text: `select * from ${table} order by created_at, access`, reads: true as const },
  setEnabled: { text: `update ${table} set enabled = $2 where access = $1 returning access` },
  remove: { text: `delete from ${table} where access = $1 returning access` },
});

const own = statementsOn('identity_access_keys');
const foreign = statementsOn('keystone_access_keys');

const find: Statement = {
  name: 'identity-access-key',
  text: `select k.*, u.name as user_name, u.enabled and d.enabled as user_enabled
    from identity_access_keys k
    join identity_users u on u.id = k.user_id
    join identity_domains d on d.id = u.domain_id
    where k.access = $1`,
  reads: true,
};
const findForeign: Statement = {
  name: 'keystone-access-key',
  text: 'select * from keystone_access_keys where access = $1',
  reads: true,
};

class KeyRows {
  constructor(
    protected readonly database: Queryable,
    private readonly statements: ReturnType<typeof statementsOn>,
  ) {}

  async insertAccessKey(key: StoredAccessKey): Promise<boolean> {
    const { access, secret, userId, projectId, enabled, securityTokenHash, expiresAt, createdAt } = key;
    const values = [access, secret.keyId, secret.text, userId, projectId];
    const state = [enabled, securityTokenHash, expiresAt, createdAt, key.allProjects];
    return this.some(this.statements.insert, [...values, ...state]);
  }

  async updateAccessKey(key: StoredAccessKey): Promise<void> {
    const { access, secret, userId, projectId, allProjects } = key;
    const values = [access, secret.keyId, secret.text, userId, projectId, allProjects];
    await this.database.query(this.statements.update, values);
  }

  async listAccessKeys(): Promise<readonly StoredAccessKey[]> {
    const rows = await this.database.query<AccessKeyRow>(this.statements.list, []);
    return rows.map(accessKeyOf);
  }

  async setAccessKeyEnabled(access: string, enabled: boolean): Promise<boolean> {
    return this.some(this.statements.setEnabled, [access, enabled]);
  }

  async deleteAccessKey(access: string): Promise<boolean> {
    return this.some(this.statements.remove, [access]);
  }

  private async some(statement: { text: string }, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.database.query(statement, values);
    return rows.length > 0;
  }
}

/** Access keys of users that are stored here, too. */
export class PostgresAccessKeyStore extends KeyRows implements AccessKeyStore {
  constructor(database: Queryable) {
    super(database, own);
  }

  async findAccessKey(access: string): Promise<AccessKeyFacts | undefined> {
    const [row] = await this.database.query<FactsRow>(find, [access]);
    if (!row) return undefined;
    return {
      ...accessKeyOf(row),
      user: { id: row.user_id, name: row.user_name, enabled: row.user_enabled },
      grants: await readProjectRoles(this.database, row.user_id),
    };
  }
}

/** Access keys of users in Keystone: their owners are not stored here. */
export class PostgresExternalUserKeyStore extends KeyRows implements ExternalUserKeyStore {
  constructor(database: Queryable) {
    super(database, foreign);
  }

  async findAccessKey(access: string): Promise<StoredAccessKey | undefined> {
    const [row] = await this.database.query<AccessKeyRow>(findForeign, [access]);
    return row && accessKeyOf(row);
  }
}

function accessKeyOf(row: AccessKeyRow): StoredAccessKey {
  return {
    access: row.access,
    secret: { keyId: row.key_id, text: row.secret },
    userId: row.user_id,
    projectId: row.project_id,
    allProjects: row.all_projects,
    enabled: row.enabled,
    securityTokenHash: row.security_token_hash,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
