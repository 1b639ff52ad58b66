import type { TokenFacts } from '../ports';
import type { RoleRef, ScopedGrant } from '../role-ports';
import type { TokenPayload } from './codec';

/** The key under which losses of roles are counted. A project's id has no colon and is not the word for the system. */
export function roleLossKey({ scope, projectId, domainId }: TokenPayload): string {
  switch (scope) {
    case 'project':
      return projectId ?? '';
    case 'domain':
      return domainRoleLossKey(domainId ?? '');
    case 'system':
      return systemRoleLossKey;
    case 'unscoped':
      return '';
  }
}

export function domainRoleLossKey(id: string): string {
  return `domain:${id}`;
}

export const systemRoleLossKey = ':system';

/** The roles that count for what the token is for, as they were given; none when that is gone or disabled. */
export function rolesHeldByToken({ scope }: TokenPayload, facts: TokenFacts): readonly RoleRef[] {
  const { project, domain, grants } = facts;
  switch (scope) {
    case 'unscoped':
      return [];
    case 'project': {
      if (!project?.enabled || !project.domain.enabled) return [];
      const above = [project.domain.id, ...project.ancestors];
      const counts = (grant: ScopedGrant): boolean =>
        grant.inherited
          ? above.includes(grant.projectId ?? grant.domainId ?? '')
          : grant.projectId === project.id;
      return [...facts.roles.map((name) => ({ name })), ...idsOf(grants.filter(counts))];
    }
    case 'domain':
      if (!domain?.enabled) return [];
      return [
        ...admins(facts),
        ...idsOf(grants.filter((one) => one.domainId === domain.id && !one.inherited)),
      ];
    case 'system':
      return [
        ...admins(facts),
        ...idsOf(grants.filter((one) => one.domainId === null && one.projectId === null)),
      ];
  }
}

/** An admin anywhere is admin of domains and of the system, which no seed file can name. */
function admins({ adminRoles }: TokenFacts): RoleRef[] {
  return adminRoles.map((name) => ({ name }));
}

function idsOf(grants: readonly ScopedGrant[]): RoleRef[] {
  return grants.map(({ roleId: id }) => ({ id }));
}
