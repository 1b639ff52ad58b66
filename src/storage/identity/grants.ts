import type { GrantActor, Grant, GrantStore, GrantTarget } from '../../identity/entity-ports';
import type { Queryable } from '../database/database';
import { recordRoleLoss } from './directory';

interface GrantRow {
  readonly user_id: string | null;
  readonly group_id: string | null;
  readonly project_id: string | null;
  readonly domain_id: string | null;
  readonly role_id: string;
  readonly inherited: boolean;
}

/** Both tables as one: a user's own role in a project is kept by the role's name. */
const all = `(
    select a.user_id, null as group_id, a.project_id, null as domain_id, r.id as role_id, false as inherited
    from identity_assignments a join identity_roles r on r.name = a.role and r.domain_id is null
    union all
    select user_id, group_id, project_id, domain_id, role_id, inherited from identity_grants
  ) g`;
const list = {
  text: `select * from ${all}
    where ($1::text is null or g.user_id = $1) and ($2::text is null or g.group_id = $2)
      and ($3::text is null or g.role_id = $3)
    order by g.project_id, g.domain_id, g.user_id, g.group_id, g.role_id, g.inherited`,
  reads: true as const,
};
const everywhere = { text: 'select name from identity_roles where id = $1 and domain_id is null' };
const addOwn = {
  text: 'insert into identity_assignments (project_id, user_id, role) values ($1, $2, $3) on conflict do nothing',
};
const removeOwn = {
  text: 'delete from identity_assignments where project_id = $1 and user_id = $2 and role = $3 returning role',
};
const add = {
  text: `insert into identity_grants (id, user_id, group_id, project_id, domain_id, role_id, inherited)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
};
const remove = { text: 'delete from identity_grants where id = $1 returning id' };
const addMember = {
  text: 'insert into identity_group_members (group_id, user_id) values ($1, $2) on conflict do nothing',
};
const removeMember = {
  text: 'delete from identity_group_members where group_id = $1 and user_id = $2 returning user_id',
};
const members = {
  text: 'select user_id as id from identity_group_members where group_id = $1 order by user_id',
  reads: true as const,
};
const groups = {
  text: 'select group_id as id from identity_group_members where user_id = $1 order by group_id',
  reads: true as const,
};
const addImplied = {
  text: `insert into identity_implied_roles (prior_id, implied_id) values ($1, $2)
    on conflict do nothing returning prior_id`,
};
const removeImplied = {
  text: 'delete from identity_implied_roles where prior_id = $1 and implied_id = $2 returning prior_id',
};
const allImplied = {
  text: 'select prior_id, implied_id from identity_implied_roles order by prior_id, implied_id',
  reads: true as const,
};
const endUser = { text: 'update identity_users set token_epoch = token_epoch + 1 where id = $1' };
const dropOwn = {
  text: `delete from identity_assignments where role in (
    select name from identity_roles where id = $1 and domain_id is null
  )`,
};
const endMembers = {
  text: `update identity_users set token_epoch = token_epoch + 1
    where id in (select user_id from identity_group_members where group_id = $1)`,
};
const endHolders = {
  text: `update identity_users set token_epoch = token_epoch + 1 where id in (
      select a.user_id from identity_assignments a join identity_roles r on r.name = a.role and r.domain_id is null
      where r.id = $1
      union select user_id from identity_grants where role_id = $1 and user_id is not null
      union select m.user_id from identity_grants g join identity_group_members m on m.group_id = g.group_id
      where g.role_id = $1
    )`,
};

type Transact = <Result>(step: (client: Queryable) => Promise<Result>) => Promise<Result>;

export class PostgresGrantStore implements GrantStore {
  constructor(
    private readonly database: Queryable,
    private readonly transact: Transact,
  ) {}

  async addGrant(grant: Grant): Promise<void> {
    const own = await this.ownOf(this.database, grant);
    if (own) await this.database.query(addOwn, own);
    else await this.database.query(add, [keyOf(grant), ...partsOf(grant)]);
  }

  async removeGrant(grant: Grant): Promise<boolean> {
    return this.transact(async (client) => {
      const own = await this.ownOf(client, grant);
      const gone = await (own ? client.query(removeOwn, own) : client.query(remove, [keyOf(grant)]));
      if (gone.length === 0) return false;
      await endTokensFor(client, grant);
      return true;
    });
  }

  async grants(where: { readonly actor?: GrantActor; readonly roleId?: string }): Promise<readonly Grant[]> {
    const { actor, roleId = null } = where;
    const [user, group] = actorColumns(actor);
    return (await this.database.query<GrantRow & Record<string, unknown>>(list, [user, group, roleId])).map(
      grantOf,
    );
  }

  async addMember(groupId: string, userId: string): Promise<void> {
    await this.database.query(addMember, [groupId, userId]);
  }

  async removeMember(groupId: string, userId: string): Promise<boolean> {
    return this.transact(async (client) => {
      const gone = await client.query(removeMember, [groupId, userId]);
      if (gone.length > 0) await client.query(endUser, [userId]);
      return gone.length > 0;
    });
  }

  async membersOf(groupId: string): Promise<readonly string[]> {
    return (await this.database.query<{ id: string }>(members, [groupId])).map(({ id }) => id);
  }

  async groupsOf(userId: string): Promise<readonly string[]> {
    return (await this.database.query<{ id: string }>(groups, [userId])).map(({ id }) => id);
  }

  async implied(): Promise<readonly (readonly [string, string])[]> {
    const rows = await this.database.query<{ prior_id: string; implied_id: string }>(allImplied, []);
    return rows.map((row) => [row.prior_id, row.implied_id]);
  }

  async addImplied(priorId: string, impliedId: string): Promise<boolean> {
    return (await this.database.query(addImplied, [priorId, impliedId])).length > 0;
  }

  async removeImplied(priorId: string, impliedId: string): Promise<boolean> {
    return (await this.database.query(removeImplied, [priorId, impliedId])).length > 0;
  }

  async takeRoleFromAll(roleId: string): Promise<void> {
    await this.transact(async (client) => {
      await client.query(endHolders, [roleId]);
      await client.query(dropOwn, [roleId]);
    });
  }

  /** Values of identity_assignments, where the grant belongs there. */
  private async ownOf(client: Queryable, grant: Grant): Promise<string[] | undefined> {
    const { actor, target, roleId, inherited } = grant;
    if (actor.kind !== 'user' || target.kind !== 'project' || inherited) return undefined;
    const [role] = await client.query<{ name: string }>(everywhere, [roleId]);
    return role && [target.id, actor.id, role.name];
  }
}

/** One place alone, for a user's own grant there; everything of the users where it reached further. */
async function endTokensFor(client: Queryable, { actor, target, inherited }: Grant): Promise<void> {
  if (actor.kind === 'group') await client.query(endMembers, [actor.id]);
  else if (inherited) await client.query(endUser, [actor.id]);
  else await client.query(recordRoleLoss, [actor.id, lossTargetOf(target)]);
}

/** As `targetOf` of tokens counts losses. */
function lossTargetOf(target: GrantTarget): string {
  switch (target.kind) {
    case 'project':
      return target.id;
    case 'domain':
      return `domain:${target.id}`;
    case 'system':
      return ':system';
  }
}

function keyOf({ actor, target, roleId, inherited }: Grant): string {
  const place = target.kind === 'system' ? 'system' : `${target.kind} ${target.id}`;
  return `${actor.kind} ${actor.id} ${place} ${roleId}${inherited ? ' inherited' : ''}`;
}

function actorColumns(actor: GrantActor | undefined): [string | null, string | null] {
  return [actor?.kind === 'user' ? actor.id : null, actor?.kind === 'group' ? actor.id : null];
}

function partsOf({ actor, target, roleId, inherited }: Grant): unknown[] {
  const project = target.kind === 'project' ? target.id : null;
  const domain = target.kind === 'domain' ? target.id : null;
  return [...actorColumns(actor), project, domain, roleId, inherited];
}

function grantOf(row: GrantRow): Grant {
  const actor: GrantActor =
    row.user_id === null ? { kind: 'group', id: row.group_id ?? '' } : { kind: 'user', id: row.user_id };
  return { actor, target: placeOf(row), roleId: row.role_id, inherited: row.inherited };
}

function placeOf({ project_id: projectId, domain_id: domainId }: GrantRow): GrantTarget {
  if (projectId !== null) return { kind: 'project', id: projectId };
  return domainId === null ? { kind: 'system' } : { kind: 'domain', id: domainId };
}
