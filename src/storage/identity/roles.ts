import type { RoleGrant } from '../../identity/ports';
import type { Role, RoleFacts, RoleStore } from '../../identity/role-ports';
import type { Queryable, Statement } from '../database/database';

/** Grants of users and, through their groups, of members, as a part of a statement. */
export const grantsWithGroupsSql = `(
      select g.user_id, g.project_id, g.domain_id, g.inherited, g.role_id
      from identity_grants g where g.user_id is not null
      union all
      select m.user_id, g.project_id, g.domain_id, g.inherited, g.role_id
      from identity_grants g join identity_group_members m on m.group_id = g.group_id
    )`;

/** Every role of the user $1 in every project that is enabled, before what roles imply. */
const projectRoles: Statement = {
  name: 'identity-project-roles',
  text: `select x.project_id, x.role, x.role_id from (
      select a.project_id, a.role, null as role_id from identity_assignments a where a.user_id = $1
      union all
      select g.project_id, null, g.role_id from ${grantsWithGroupsSql} g
      where g.user_id = $1 and g.project_id is not null and not g.inherited
      union all
      select p.id, null, g.role_id from ${grantsWithGroupsSql} g
      join identity_projects p
        on p.domain_id = g.domain_id or g.project_id in (select json_array_elements_text(p.ancestors))
      where g.user_id = $1 and g.inherited
    ) x
    join identity_projects p on p.id = x.project_id
    join identity_domains d on d.id = p.domain_id
    where p.enabled and d.enabled`,
  reads: true,
};
const allRoles: Statement = {
  text: 'select id, name, domain_id as "domainId" from identity_roles order by name, id',
  reads: true,
};
const allImplied: Statement = {
  text: 'select prior_id, implied_id from identity_implied_roles',
  reads: true,
};

interface GrantRow {
  readonly project_id: string;
  readonly role: string | null;
  readonly role_id: string | null;
}

/** By project; one project may stand there more than once. */
export async function readProjectRoles(database: Queryable, userId: string): Promise<RoleGrant[]> {
  const rows = await database.query<GrantRow>(projectRoles, [userId]);
  return rows.map(({ project_id: projectId, role, role_id: id }) => ({
    projectId,
    role: role === null ? { id: id ?? '' } : { name: role },
  }));
}

export class PostgresRoleStore implements RoleStore {
  constructor(private readonly database: Queryable) {}

  async roleFacts(): Promise<RoleFacts> {
    const roles = await this.database.query<Role & Record<string, unknown>>(allRoles, []);
    const implied = await this.database.query<{ prior_id: string; implied_id: string }>(allImplied, []);
    return { roles, implied: implied.map((row) => [row.prior_id, row.implied_id]) };
  }
}
