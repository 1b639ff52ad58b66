import type { Instant } from '../../core/clock';
import { isStorableText } from '../../core/tag';
import {
  type Attributes,
  type DirectoryEntity,
  type EntityStore,
  jsonAttributes,
  type Json,
  type EntityKind,
  entityKinds,
} from '../../identity/entity-ports';
import type { Queryable } from '../database/database';

const tables: Readonly<Record<EntityKind, string>> = {
  domain: 'identity_domains',
  project: 'identity_projects',
  user: 'identity_users',
  group: 'identity_groups',
  role: 'identity_roles',
  region: 'identity_regions',
  service: 'identity_services',
  endpoint: 'identity_endpoints',
  policy: 'identity_policies',
  'endpoint-group': 'identity_endpoint_groups',
  'registered-limit': 'identity_registered_limits',
  limit: 'identity_limits',
};

const renameRole = {
  text: `update identity_assignments set role = $2 where role in (
    select name from identity_roles where id = $1 and domain_id is null
  )`,
};

const renameCredentialRole = {
  text: `update identity_application_credentials set roles = (
      select json_agg(case when held.name = r.name then $2 else held.name end)
      from json_array_elements_text(roles) held (name)
    )
    from identity_roles r
    where r.id = $1 and r.domain_id is null and r.name in (select json_array_elements_text(roles))`,
};

const passwordHash = {
  text: 'select password_hash from identity_users where id = $1',
  reads: true as const,
};

const uniqueViolation = '23505';
const referenceViolation = '23503';

type Row = Record<string, Json> & { readonly id: string };

/** Takes back what the transaction has inserted. */
class NotInserted extends Error {
  constructor(readonly entity: DirectoryEntity) {
    super('taken');
  }
}

/** The same statements for every kind; the kind defines the columns. */
export class PostgresEntityStore implements EntityStore {
  constructor(
    private readonly database: Queryable,
    private readonly transact: <Result>(step: (client: Queryable) => Promise<Result>) => Promise<Result>,
  ) {}

  async insert(kind: EntityKind, entity: DirectoryEntity, at: Instant): Promise<boolean> {
    return this.add(kind, [...columnsOf(kind, entity), ['created_at', at]]);
  }

  async insertAll(
    kind: EntityKind,
    entities: readonly DirectoryEntity[],
    at: Instant,
  ): Promise<DirectoryEntity | undefined> {
    try {
      await this.transact(async (client) => {
        const store = new PostgresEntityStore(client, (step) => step(client));
        for (const entity of entities) {
          if (!(await store.insert(kind, entity, at))) throw new NotInserted(entity);
        }
      });
      return undefined;
    } catch (error) {
      if (error instanceof NotInserted) return error.entity;
      throw error;
    }
  }

  async insertUser(user: DirectoryEntity, passwordHash: string, at: Instant): Promise<boolean> {
    const fixed = [
      ['password_hash', passwordHash],
      ['token_epoch', 0],
      ['created_at', at],
    ] as const;
    return this.add('user', [...columnsOf('user', user), ...fixed]);
  }

  async find(kind: EntityKind, id: string): Promise<DirectoryEntity | undefined> {
    const [found] = await this.list(kind, { id });
    return found;
  }

  async list(kind: EntityKind, where: Attributes): Promise<readonly DirectoryEntity[]> {
    const wanted = Object.entries(where);
    // Postgres refuses NUL, and nothing has such a name.
    if (wanted.some(([, value]) => typeof value === 'string' && !isStorableText(value))) return [];
    const terms = wanted.map(([name, value], index) =>
      value === null ? `${name} is null` : `${name} = $${String(index + 1)}`,
    );
    const columns = ['id', ...entityKinds[kind]].join(', ');
    const condition = terms.length === 0 ? '' : `where ${terms.join(' and ')}`;
    const order = (entityKinds[kind] as readonly string[]).includes('name') ? 'name, id' : 'created_at, id';
    const text = `select ${columns} from ${tables[kind]} ${condition} order by ${order}`;
    const values = wanted.map(([, value]) => value).filter((value) => value !== null);
    const rows = await this.database.query<Row>({ text: renumbered(text, wanted), reads: true }, values);
    return rows.map(entityOf);
  }

  async update(kind: EntityKind, id: string, changes: Attributes): Promise<'done' | 'taken' | 'missing'> {
    const columns = columnsOf(kind, { ...changes, id }).filter(([name]) => name !== 'id');
    if (columns.length === 0) return (await this.find(kind, id)) ? 'done' : 'missing';
    const set = columns.map(([name], index) => `${name} = $${String(index + 2)}`).join(', ');
    const text = `update ${tables[kind]} set ${set} where id = $1 returning id`;
    try {
      const values = [id, ...columns.map(([, value]) => value)];
      return await this.transact(async (client) => {
        // A user's own roles in projects, and those of credentials, are kept by the role's name.
        if (kind === 'role' && changes['name'] !== undefined) {
          await client.query(renameRole, [id, changes['name']]);
          await client.query(renameCredentialRole, [id, changes['name']]);
        }
        return (await client.query({ text }, values)).length > 0 ? 'done' : 'missing';
      });
    } catch (error) {
      if (isViolation(error)) return 'taken';
      throw error;
    }
  }

  async delete(kind: EntityKind, id: string): Promise<'done' | 'used' | 'missing'> {
    const text = `delete from ${tables[kind]} where id = $1 returning id`;
    try {
      return (await this.database.query({ text }, [id])).length > 0 ? 'done' : 'missing';
    } catch (error) {
      if (isViolation(error)) return 'used';
      throw error;
    }
  }

  async endTokens(kind: 'domain' | 'project' | 'user', id: string): Promise<void> {
    const text = `update ${tables[kind]} set token_epoch = token_epoch + 1 where id = $1`;
    await this.database.query({ text }, [id]);
  }

  async setPasswordHash(userId: string, passwordHash: string): Promise<void> {
    const text = `update identity_users set password_hash = $2, token_epoch = token_epoch + 1 where id = $1`;
    await this.database.query({ text }, [userId, passwordHash]);
  }

  async passwordHashOf(userId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ password_hash: string }>(passwordHash, [userId]);
    return row?.password_hash;
  }

  private async add(kind: EntityKind, columns: readonly (readonly [string, unknown])[]): Promise<boolean> {
    const names = columns.map(([name]) => name).join(', ');
    const places = columns.map((_, index) => `$${String(index + 1)}`).join(', ');
    const text = `insert into ${tables[kind]} (${names}) values (${places})
      on conflict do nothing returning id`;
    try {
      const values = columns.map(([, value]) => value);
      return (await this.database.query({ text }, values)).length > 0;
    } catch (error) {
      if (isViolation(error)) return false;
      throw error;
    }
  }
}

/** Null is compared with `is null`, so later parameters move up. */
function renumbered(text: string, wanted: readonly (readonly [string, unknown])[]): string {
  let next = 0;
  return wanted.reduce(
    (made, [, value], index) =>
      value === null ? made : made.replace(`$${String(index + 1)}`, `$${String(++next)}`),
    text,
  );
}

/** Of what the kind is kept with; everything else goes into `extra`. */
function columnsOf(kind: EntityKind, entity: DirectoryEntity): (readonly [string, unknown])[] {
  const known: readonly string[] = ['id', ...entityKinds[kind]];
  return Object.entries(entity)
    .filter(([name, value]) => known.includes(name) && value !== undefined)
    .map(([name, value]) => [name, jsonAttributes.includes(name) ? JSON.stringify(value) : value] as const);
}

function entityOf(row: Row): DirectoryEntity {
  const { extra, ...known } = row;
  return { ...(extra as Attributes | undefined), ...known, id: row.id };
}

function isViolation(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === uniqueViolation || code === referenceViolation;
}
