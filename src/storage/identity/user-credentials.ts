import type { Instant } from '../../core/clock';
import type { StoredUserCredential, UserCredentialStore } from '../../identity/user-credential-ports';
import type { Queryable, Statement } from '../database/database';

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly project_id: string | null;
  readonly type: string;
  readonly key_id: string;
  readonly secret: string;
}

const table = 'identity_user_credentials';
const columns = 'id, user_id, project_id, type, key_id, secret';

const insert = {
  text: `insert into ${table} (${columns}, created_at) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing returning id`,
};
const find: Statement = { text: `select ${columns} from ${table} where id = $1`, reads: true };
const list: Statement = {
  text: `select ${columns} from ${table} where user_id = $1 order by created_at, id`,
  reads: true,
};
const listAll: Statement = { text: `select ${columns} from ${table} order by created_at, id`, reads: true };
const update = {
  text: `update ${table} set user_id = $2, project_id = $3, type = $4, key_id = $5, secret = $6
    where id = $1 returning id`,
};
const remove = { text: `delete from ${table} where id = $1 returning id` };

export class PostgresUserCredentialStore implements UserCredentialStore {
  constructor(private readonly database: Queryable) {}

  async insertUserCredential(credential: StoredUserCredential, at: Instant): Promise<boolean> {
    const rows = await this.database.query(insert, [...valuesOf(credential), at]);
    return rows.length > 0;
  }

  async findUserCredential(id: string): Promise<StoredUserCredential | undefined> {
    const [row] = await this.database.query<Row & Record<string, unknown>>(find, [id]);
    return row && credentialOf(row);
  }

  async listUserCredentials(userId?: string): Promise<readonly StoredUserCredential[]> {
    const [statement, values] = userId === undefined ? [listAll, []] : [list, [userId]];
    const rows = await this.database.query<Row & Record<string, unknown>>(statement, values);
    return rows.map(credentialOf);
  }

  async updateUserCredential(credential: StoredUserCredential): Promise<boolean> {
    return (await this.database.query(update, valuesOf(credential))).length > 0;
  }

  async deleteUserCredential(id: string): Promise<boolean> {
    return (await this.database.query(remove, [id])).length > 0;
  }
}

function valuesOf({ id, userId, projectId, type, secret }: StoredUserCredential): unknown[] {
  return [id, userId, projectId, type, secret.keyId, secret.text];
}

function credentialOf(row: Row): StoredUserCredential {
  return {
    id: row.id,
    userId: row.user_id,
    projectId: row.project_id,
    type: row.type,
    secret: { keyId: row.key_id, text: row.secret },
  };
}
