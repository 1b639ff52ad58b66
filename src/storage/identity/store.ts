import { type IdentityStore, type IdentityStores, type SealedSecret } from '../../identity/ports';
import type { Database, Queryable } from '../database/database';
import { PostgresAccessKeyStore } from './access-keys';
import { PostgresCredentialStore } from './credentials';
import { PostgresDirectoryStore } from './directory';
import { PostgresEndpointFilterStore } from './endpoint-filter';
import { PostgresEntityStore } from './entities';
import { PostgresGrantStore } from './grants';
import { PostgresRoleStore } from './roles';
import { sealedTables } from './sealed-tables';
import { PostgresTokenStore } from './tokens';
import { PostgresLoginAttemptStore } from './login-attempts';
import { PostgresUserCredentialStore } from './user-credentials';

interface SecretRow {
  readonly id: string;
  readonly key_id: string;
  readonly secret: string;
}

export class PostgresIdentityStore implements IdentityStore {
  readonly directory: PostgresDirectoryStore;
  readonly entities: PostgresEntityStore;
  readonly grants: PostgresGrantStore;
  readonly endpointFilter: PostgresEndpointFilterStore;
  readonly roles: PostgresRoleStore;
  readonly tokens: PostgresTokenStore;
  readonly credentials: PostgresCredentialStore;
  readonly accessKeys: PostgresAccessKeyStore;
  readonly userCredentials: PostgresUserCredentialStore;
  readonly tries: PostgresLoginAttemptStore;

  constructor(private readonly database: Pick<Database, 'query' | 'transaction'>) {
    this.tries = new PostgresLoginAttemptStore(database);
    const stores = storesOn(database, (step) => database.transaction(step));
    this.directory = stores.directory;
    this.entities = stores.entities;
    this.grants = stores.grants;
    this.endpointFilter = stores.endpointFilter;
    this.roles = stores.roles;
    this.tokens = stores.tokens;
    this.credentials = stores.credentials;
    this.accessKeys = stores.accessKeys;
    this.userCredentials = stores.userCredentials;
  }

  async transaction<Result>(work: (stores: IdentityStores) => Promise<Result>): Promise<Result> {
    return this.database.transaction((client) => work(storesOn(client, (step) => step(client))));
  }

  async resealSecrets(
    keyId: string,
    reseal: (secret: SealedSecret, context: string) => SealedSecret,
  ): Promise<number> {
    return this.database.transaction(async (client) => {
      let count = 0;
      for (const { table, key, context } of sealedTables) {
        const text = `select ${key} as id, key_id, secret from ${table} where key_id <> $1 order by ${key} for update`;
        const rows = await client.query<SecretRow>({ text }, [keyId]);
        for (const row of rows) {
          const sealed = reseal({ keyId: row.key_id, text: row.secret }, context(row.id));
          const update = { text: `update ${table} set key_id = $2, secret = $3 where ${key} = $1` };
          await client.query(update, [row.id, sealed.keyId, sealed.text]);
        }
        count += rows.length;
      }
      return count;
    });
  }
}

function storesOn(
  client: Queryable,
  transact: <Result>(step: (client: Queryable) => Promise<Result>) => Promise<Result>,
) {
  return {
    directory: new PostgresDirectoryStore(client, transact),
    entities: new PostgresEntityStore(client, transact),
    grants: new PostgresGrantStore(client, transact),
    endpointFilter: new PostgresEndpointFilterStore(client),
    roles: new PostgresRoleStore(client),
    tokens: new PostgresTokenStore(client),
    credentials: new PostgresCredentialStore(client, transact),
    accessKeys: new PostgresAccessKeyStore(client),
    userCredentials: new PostgresUserCredentialStore(client),
  };
}
