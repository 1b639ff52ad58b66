import type { Instant } from '../../core/clock';
import type {
  DirectoryStore,
  Domain,
  NewUser,
  ProjectInDomain,
  Project,
  EntityRef,
  RoleGrant,
  StoredUser,
  User,
} from '../../identity/ports';
import type { RoleSeed } from '../../identity/role-ports';
import type { Queryable, Statement } from '../database/database';
import { readProjectRoles } from './roles';

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string;
  readonly enabled: boolean;
  readonly token_epoch: number;
  readonly domain: Domain;
}

const insertProject = {
  text: `insert into identity_projects (id, name, created_at) values ($1, $2, $3)
    on conflict do nothing returning id`,
};
const insertUser = {
  text: `insert into identity_users (id, name, password_hash, enabled, token_epoch, created_at)
    values ($1, $2, $3, true, 0, $4) on conflict do nothing returning id`,
};
const placed = "json_build_object('id', d.id, 'name', d.name, 'enabled', d.enabled) as domain";
const project = `select p.id, p.name, p.enabled, p.ancestors, ${placed}
    from identity_projects p join identity_domains d on d.id = p.domain_id`;
const user = `select u.id, u.name, u.password_hash, u.enabled, u.token_epoch + d.token_epoch as token_epoch, ${placed}
    from identity_users u join identity_domains d on d.id = u.domain_id`;
const projectBy: By = {
  id: { name: 'identity-project', text: `${project} where p.id = $1`, reads: true },
  name: {
    name: 'identity-project-by-name',
    text: `${project} where p.domain_id = $2 and p.name = $1`,
    reads: true,
  },
};
const userBy: By = {
  id: { name: 'identity-user', text: `${user} where u.id = $1`, reads: true },
  name: {
    name: 'identity-user-by-name',
    text: `${user} where u.domain_id = $2 and u.name = $1`,
    reads: true,
  },
};
const domainBy: By = {
  id: {
    name: 'identity-domain',
    text: 'select id, name, enabled from identity_domains where id = $1',
    reads: true,
  },
  name: { text: 'select id, name, enabled from identity_domains where name = $1', reads: true },
};
const listProjects: Statement = {
  text: 'select id, name from identity_projects order by name',
  reads: true,
};
const listUsers: Statement = {
  text: 'select id, name, enabled from identity_users order by name',
  reads: true,
};
const anyUser: Statement = { text: 'select id from identity_users limit 1', reads: true };
const setPassword = {
  text: `update identity_users set password_hash = $2, token_epoch = token_epoch + 1
    where id = $1 returning id`,
};
const setEnabled = {
  text: `update identity_users set enabled = $2,
      token_epoch = token_epoch + case when enabled and not $2 then 1 else 0 end
    where id = $1 returning id`,
};
const rolesIn: Statement = {
  text: 'select role from identity_assignments where project_id = $1 and user_id = $2 order by role',
  reads: true,
};
const dropRoles = {
  text: `delete from identity_assignments
    where project_id = $1 and user_id = $2 and role <> all ($3::text[]) returning role`,
};
const addRoles = {
  text: `insert into identity_assignments (project_id, user_id, role)
    select $1, $2, role from unnest($3::text[]) as role on conflict do nothing`,
};
const knowRoles = {
  text: `insert into identity_roles (id, name, created_at)
    select r.id, r.name, $3 from unnest($1::text[], $2::text[]) as r (id, name) on conflict do nothing`,
};
export const recordRoleLoss = {
  text: `insert into identity_lost_roles (user_id, target, losses) values ($1, $2, 1)
    on conflict (user_id, target) do update set losses = identity_lost_roles.losses + 1`,
};

export class PostgresDirectoryStore implements DirectoryStore {
  /** @param transact runs a step as one transaction */
  constructor(
    private readonly database: Queryable,
    private readonly transact: <Result>(step: (client: Queryable) => Promise<Result>) => Promise<Result>,
  ) {}

  async insertProject(project: Project, at: Instant): Promise<boolean> {
    return this.some(insertProject, [project.id, project.name, at]);
  }

  async findProject(ref: EntityRef): Promise<ProjectInDomain | undefined> {
    const [row] = await this.database.query<ProjectInDomain & Row>(...lookUp(projectBy, ref));
    return row;
  }

  async findDomain(
    ref: Exclude<EntityRef, { domainId?: string }> | { name: string },
  ): Promise<Domain | undefined> {
    const [row] = await ('id' in ref
      ? this.database.query<Domain & Row>(domainBy.id, [ref.id])
      : this.database.query<Domain & Row>(domainBy.name, [ref.name]));
    return row;
  }

  listProjects(): Promise<readonly Project[]> {
    return this.database.query<Project>(listProjects, []);
  }

  projectGrantsOf(userId: string): Promise<readonly RoleGrant[]> {
    return readProjectRoles(this.database, userId);
  }

  async insertUser(user: NewUser, at: Instant): Promise<boolean> {
    return this.some(insertUser, [user.id, user.name, user.passwordHash, at]);
  }

  async findUser(ref: EntityRef): Promise<StoredUser | undefined> {
    const [row] = await this.database.query<UserRow>(...lookUp(userBy, ref));
    return (
      row && {
        id: row.id,
        name: row.name,
        enabled: row.enabled,
        domain: row.domain,
        passwordHash: row.password_hash,
        epoch: row.token_epoch,
      }
    );
  }

  listUsers(): Promise<readonly User[]> {
    return this.database.query<User>(listUsers, []);
  }

  async hasUsers(): Promise<boolean> {
    return this.some(anyUser, []);
  }

  async setPassword(userId: string, passwordHash: string): Promise<boolean> {
    return this.some(setPassword, [userId, passwordHash]);
  }

  async setUserEnabled(userId: string, enabled: boolean): Promise<boolean> {
    return this.some(setEnabled, [userId, enabled]);
  }

  async rolesIn(projectId: string, userId: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ role: string }>(rolesIn, [projectId, userId]);
    return rows.map(({ role }) => role);
  }

  async setRoles(projectId: string, userId: string, roles: readonly RoleSeed[], at: Instant): Promise<void> {
    const names = roles.map(({ name }) => name);
    await this.transact(async (client) => {
      await client.query(knowRoles, [roles.map(({ id }) => id), names, at]);
      const lost = await client.query(dropRoles, [projectId, userId, names]);
      if (lost.length > 0) await client.query(recordRoleLoss, [userId, projectId]);
      await client.query(addRoles, [projectId, userId, names]);
    });
  }

  private async some(statement: Statement, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.database.query(statement, values);
    return rows.length > 0;
  }
}

type Row = Record<string, unknown>;
type By = Readonly<Record<'id' | 'name', Statement>>;

function lookUp(by: By, ref: EntityRef): [Statement, string[]] {
  return 'id' in ref ? [by.id, [ref.id]] : [by.name, [ref.name, ref.domainId ?? 'default']];
}
