import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { AssignmentQuery, AssignmentNames } from '../../../identity/embedded/admin/assignments';
import type { Assignment } from '../../../identity/embedded/admin/effective-assignments';
import type { GrantTarget } from '../../../identity/entity-ports';
import { valueOrThrow } from '../errors';
import { invalidBody } from '../bodies';
import { hasQueryFlag, queryParameter } from '../filters';
import type { IdentityOperation } from '../operation';
import { type Links, sendJson } from '../responses';
import { requireCaller } from '../caller';
import { identityOperation } from './collections';

/** `GET /v3/role_assignments`. */
export function assignmentOperations(
  { assignments, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  return [
    identityOperation('listRoleAssignments', 'GET', '/v3/role_assignments', async (req, res) => {
      const query = readQuery(req);
      requireForm(query);
      const found = valueOrThrow(await assignments.list(askerOf(requireCaller(req)), query));
      requireSense(query);
      const names = hasQueryFlag(req, 'include_names') ? await assignments.names() : undefined;
      const bodies = found.map((one) => body(req, links, one, names));
      sendJson(res, 200, { role_assignments: bodies, links: links.ofList(req) });
    }),
  ];
}

/** As Keystone's schema. @throws HttpFault invalid-request */
function requireForm({ userId, groupId, projectId, subtree }: AssignmentQuery): void {
  if (subtree && projectId === undefined) {
    throw invalidBody('scope.project.id must be specified if include_subtree is also specified');
  }
  if (userId !== undefined && groupId !== undefined) throw invalidBody('Specify a user or group, not both');
}

/** @throws HttpFault invalid-request where what is asked for together never occurs together */
function requireSense(query: AssignmentQuery): void {
  const { groupId, projectId, domainId, system, inherited, effective } = query;
  const [group, project, domain] = [groupId, projectId, domainId].map(Boolean);
  const empty = 'will always result in an empty list.';
  const faults: readonly (readonly [boolean | undefined, string])[] = [
    [domain && project, 'Specify a domain or project, not both'],
    [domain && system, 'Specify system or domain, not both'],
    [project && system, 'Specify system or project, not both'],
    [effective && group, `Combining effective and group filter ${empty}`],
    [effective && domain && inherited, `Combining effective, domain and inherited filters ${empty}`],
  ];
  const fault = faults.find(([holds]) => holds === true);
  if (fault) throw invalidBody(fault[1]);
}

function readQuery(req: Request): AssignmentQuery {
  // What is empty is not asked for.
  const text = (name: string): string | undefined => queryParameter(req, name) || undefined;
  const inherited = queryParameter(req, 'scope.OS-INHERIT:inherited_to');
  return {
    userId: text('user.id'),
    groupId: text('group.id'),
    roleId: text('role.id'),
    projectId: text('scope.project.id'),
    domainId: text('scope.domain.id'),
    system: text('scope.system') === 'all',
    inherited: inherited === undefined ? undefined : inherited === 'projects',
    effective: hasQueryFlag(req, 'effective'),
    subtree: hasQueryFlag(req, 'include_subtree'),
  };
}

function body(req: Request, links: Links, one: Assignment, names: AssignmentNames | undefined): object {
  const { actor, target, roleId, inherited, groupId, priorId } = one;
  const scope =
    target.kind === 'system'
      ? { system: { all: true } }
      : { [target.kind]: named(target.kind, target.id, names) };
  return {
    role: named('role', roleId, names),
    [actor.kind]: named(actor.kind, actor.id, names),
    scope: { ...scope, ...(inherited ? { 'OS-INHERIT:inherited_to': 'projects' } : {}) },
    links: {
      assignment: links.to(req, pathOf(one)).self,
      ...(groupId === undefined
        ? {}
        : { membership: links.to(req, `groups/${groupId}/users/${actor.id}`).self }),
      ...(priorId === undefined
        ? {}
        : // The wrong way round, as in Keystone.
          { prior_role: links.to(req, `prior_role/${roleId}/implies/${priorId}`).self }),
    },
  };
}

function named(kind: string, id: string, names: AssignmentNames | undefined): object {
  const found = names?.get(`${kind} ${id}`);
  return found ? { id, name: found.name, ...(found.domain ? { domain: found.domain } : {}) } : { id };
}

/** Where it was given. */
function pathOf({ actor, target, from, roleId, inherited, groupId, priorId }: Assignment): string {
  const place: GrantTarget = from ?? target;
  const where = place.kind === 'system' ? 'system' : `${place.kind}s/${place.id}`;
  const who = groupId === undefined ? `${actor.kind}s/${actor.id}` : `groups/${groupId}`;
  const given = `${where}/${who}/roles/${priorId ?? roleId}`;
  return inherited ? `OS-INHERIT/${given}/inherited_to_projects` : given;
}
