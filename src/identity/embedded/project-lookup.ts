import type { AccessLevel } from '../../core/caller';
import type { IdentityStore } from '../ports';
import { accessLevel, type RoleNames } from '../roles';
import type { UserScopes } from './user-scopes';

/** What a user may do in a project. */
export interface UserProjectRoles {
  readonly projectId: string;
  readonly roles: readonly string[];
  readonly accessLevel: AccessLevel;
}

/** What other parts ask about projects, by names and domains instead of ids. */
export class ProjectLookup {
  constructor(
    private readonly store: Pick<IdentityStore, 'directory' | 'entities'>,
    private readonly scopes: Pick<UserScopes, 'projectIds'>,
    private readonly roleNames: RoleNames,
  ) {}

  /** The projects of that name in which the user has a role; names are unique in a domain only. Groups give none. */
  async ofUser(userId: string, name: string): Promise<readonly UserProjectRoles[]> {
    const own = await this.scopes.projectIds(userId);
    const named = (await this.store.entities.list('project', { name })).filter(({ id }) => own.has(id));
    return Promise.all(
      named.map(async ({ id }) => {
        const roles = await this.store.directory.rolesIn(id, userId);
        return { projectId: id, roles, accessLevel: accessLevel(roles, this.roleNames) };
      }),
    );
  }

  /** @returns the ids of the domain's projects, none if there is no such domain */
  async inDomain(domainId: string): Promise<readonly string[]> {
    const projects = await this.store.entities.list('project', { domain_id: domainId, enabled: true });
    return projects.map(({ id }) => id);
  }
}
