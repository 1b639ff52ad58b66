import type { Instant } from '../../core/clock';
import type { DirectoryStore, NewUser, Project, Ref, StoredUser, User } from '../../identity/ports';
import type { Queryable, Statement } from '../database/database';

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string;
  readonly enabled: boolean;
  readonly token_epoch: number;
}

const insertProject = {
  text: `insert into identity_projects (id, name, created_at) values ($1, $2, $3)
    on conflict do nothing returning id`,
};
const insertUser = {
  text: `insert into identity_users (id, name, password_hash, enabled, token_epoch, created_at)
    values ($1, $2, $3, true, 0, $4) on conflict do nothing returning id`,
};
const projectBy: By = {
  id: { name: 'identity-project', text: 'select id, name from identity_projects where id = $1', reads: true },
  name: {
    name: 'identity-project-by-name',
    text: 'select id, name from identity_projects where name = $1',
    reads: true,
  },
};
const userBy: By = {
  id: { name: 'identity-user', text: 'select * from identity_users where id = $1', reads: true },
  name: {
    name: 'identity-user-by-name',
    text: 'select * from identity_users where name = $1',
    reads: true,
  },
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
const listProjectsOf: Statement = {
  text: `select p.id, p.name from identity_projects p
    where exists (select from identity_assignments a where a.user_id = $1 and a.project_id = p.id)
    order by p.name`,
  reads: true,
};
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
  text: 'delete from identity_assignments where project_id = $1 and user_id = $2 and role <> all ($3::text[])',
};
const addRoles = {
  text: `insert into identity_assignments (project_id, user_id, role)
    select $1, $2, role from unnest($3::text[]) as role on conflict do nothing`,
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

  async findProject(ref: Ref): Promise<Project | undefined> {
    const [row] = await this.database.query<Project>(...lookUp(projectBy, ref));
    return row;
  }

  listProjects(): Promise<readonly Project[]> {
    return this.database.query<Project>(listProjects, []);
  }

  listProjectsOf(userId: string): Promise<readonly Project[]> {
    return this.database.query<Project>(listProjectsOf, [userId]);
  }

  async insertUser(user: NewUser, at: Instant): Promise<boolean> {
    return this.some(insertUser, [user.id, user.name, user.passwordHash, at]);
  }

  async findUser(ref: Ref): Promise<StoredUser | undefined> {
    const [row] = await this.database.query<UserRow>(...lookUp(userBy, ref));
    return (
      row && {
        id: row.id,
        name: row.name,
        enabled: row.enabled,
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

  async setRoles(projectId: string, userId: string, roles: readonly string[]): Promise<void> {
    await this.transact(async (client) => {
      await client.query(dropRoles, [projectId, userId, roles]);
      await client.query(addRoles, [projectId, userId, roles]);
    });
  }

  private async some(statement: Statement, values: readonly unknown[]): Promise<boolean> {
    const rows = await this.database.query(statement, values);
    return rows.length > 0;
  }
}

type By = Readonly<Record<'id' | 'name', Statement>>;

function lookUp(by: By, ref: Ref): [Statement, string[]] {
  return 'id' in ref ? [by.id, [ref.id]] : [by.name, [ref.name]];
}
