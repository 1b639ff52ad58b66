import type { TokenScope } from '../../../core/caller';
import { type DirectoryEntity, textAttribute } from '../../entity-ports';
import {
  type CallerWithToken,
  tokenDomainId,
  isAdmin,
  type Policy,
  type PolicyRule,
  type PolicyTarget,
} from './caller-with-token';

/* Keystone's default policy, action by action. */

/** A token without a scope counts as one for a project. */
const anywhere: readonly TokenScope[] = ['system', 'domain', 'project', 'unscoped'];
const notDomain: readonly TokenScope[] = ['system', 'project', 'unscoped'];
const projectOnly: readonly TokenScope[] = ['project', 'unscoped'];

const has = ({ caller }: CallerWithToken, role: string): boolean => caller.roles.includes(role);
const anyone: PolicyRule = () => true;
const systemReader: PolicyRule = (asker) => asker.caller.scope === 'system' && has(asker, 'reader');
const reader = anyOf(isAdmin, systemReader);
const owner: PolicyRule = ({ caller }, { owner: user }) => user === caller.userId;
const sameUser: PolicyRule = ({ caller }, { user }) => user?.id === caller.userId;
const ownProject: PolicyRule = ({ caller }, { project }) =>
  project !== undefined && project.id === caller.projectId;
const domainOfToken: PolicyRule = ({ token }, { domain }) =>
  domain !== undefined && [token?.domain?.id, token?.project?.domain.id].includes(domain.id);
/** A limit of the project, or of the domain or a project in it. */
const limitOfToken: PolicyRule = (asker, { limited }) => {
  if (!limited) return false;
  const domain = tokenDomainId(asker);
  if (domain !== undefined && placeOf(limited) === domain) return true;
  return limited.id === asker.caller.projectId;
};
const managedRole: PolicyRule = (_asker, { role }) =>
  ['manager', 'member', 'reader'].includes(textAttribute(role?.['name']));
const roleOfDomain: PolicyRule = (asker, { role }) =>
  role !== undefined && [null, tokenDomainId(asker)].includes((role['domain_id'] ?? null) as string | null);
const member: PolicyRule = ({ caller }) => caller.accessLevel === 'member';

type Part = 'domain' | 'project' | 'user' | 'group';

/** With that role in the domain of all these. */
function inDomain(role: string, ...parts: readonly Part[]): PolicyRule {
  return (asker, target) => {
    const domain = tokenDomainId(asker);
    return domain !== undefined && has(asker, role) && parts.every((part) => isIn(target, part, domain));
  };
}

function isIn(target: PolicyTarget, part: Part, domain: string): boolean {
  const found = target[part];
  return found !== undefined && (part === 'domain' ? found.id : found['domain_id']) === domain;
}

function placeOf(limited: DirectoryEntity): unknown {
  return limited['domain_id'] ?? limited.id;
}

/** A user or a group, and where it has a role. */
const pairs = (['user', 'group'] as const).flatMap((actor) =>
  (['project', 'domain'] as const).map((place) => [actor, place] as const),
);
const inDomainPair = (role: string): PolicyRule => anyOf(...pairs.map((pair) => inDomain(role, ...pair)));

function anyOf(...rules: readonly PolicyRule[]): PolicyRule {
  return (asker, target) => rules.some((rule) => rule(asker, target));
}

function allOf(...rules: readonly PolicyRule[]): PolicyRule {
  return (asker, target) => rules.every((rule) => rule(asker, target));
}

function each(
  scopes: readonly TokenScope[],
  rule: PolicyRule,
  ...actions: readonly string[]
): Record<string, Policy> {
  return Object.fromEntries(actions.map((action) => [action, { scopes, may: rule }]));
}

/** `create_x`, `update_x`, `delete_x`, and those that read it. */
function kept(things: string, thing = things.slice(0, -1)): Record<string, Policy> {
  return {
    ...each(notDomain, isAdmin, `create_${thing}`, `update_${thing}`, `delete_${thing}`),
    ...each(notDomain, reader, `get_${thing}`, `list_${things}`),
  };
}

const catalog = {
  ...kept('services'),
  ...kept('endpoints'),
  ...kept('policies', 'policy'),
  ...kept('endpoint_groups'),
  ...kept('regions'),
  ...kept('registered_limits'),
  ...kept('limits'),
  ...each(notDomain, isAdmin, 'create_registered_limits', 'create_limits'),
  ...each(
    anywhere,
    anyone,
    ...['get_region', 'list_regions', 'get_registered_limit', 'list_registered_limits', 'list_limits'],
  ),
  ...each(anywhere, anyOf(reader, limitOfToken), 'get_limit'),
  ...each(
    notDomain,
    isAdmin,
    ...['add_endpoint_to_project', 'remove_endpoint_from_project'],
    ...['add_endpoint_group_to_project', 'remove_endpoint_group_from_project'],
  ),
  ...each(
    notDomain,
    reader,
    ...['check_endpoint_in_project', 'list_projects_for_endpoint', 'list_endpoints_for_project'],
    ...['get_endpoint_group_in_project', 'list_endpoint_groups_for_project'],
    ...['list_projects_associated_with_endpoint_group', 'list_endpoints_associated_with_endpoint_group'],
  ),
};

const projectReader = anyOf(reader, inDomain('reader', 'project'), ownProject);
const groupReader = anyOf(reader, inDomain('reader', 'group'));

const directory = {
  ...kept('domains'),
  ...each(anywhere, anyOf(reader, domainOfToken), 'get_domain'),
  ...each(anywhere, anyOf(reader, inDomain('reader', 'domain')), 'list_domains'),
  ...each(anywhere, projectReader, 'get_project', 'list_project_tags', 'get_project_tag'),
  ...each(
    anywhere,
    anyOf(reader, inDomain('reader', 'domain')),
    'list_projects',
    'list_users',
    'list_groups',
  ),
  ...each(
    anywhere,
    anyOf(isAdmin, inDomain('manager', 'project')),
    ...['create_project', 'update_project', 'delete_project', 'update_project_tags', 'create_project_tag'],
    ...['delete_project_tags', 'delete_project_tag'],
  ),
  ...each(
    anywhere,
    anyOf(reader, inDomain('reader', 'user'), sameUser),
    ...['get_user', 'list_user_projects'],
  ),
  ...each(
    anywhere,
    anyOf(isAdmin, inDomain('manager', 'user')),
    ...['create_user', 'update_user', 'delete_user'],
  ),
  ...each(anywhere, groupReader, 'get_group', 'list_users_in_group'),
  ...each(anywhere, anyOf(reader, inDomain('reader', 'user'), owner), 'list_groups_for_user'),
  ...each(
    anywhere,
    anyOf(isAdmin, inDomain('manager', 'group')),
    ...['create_group', 'update_group', 'delete_group'],
  ),
  ...each(
    anywhere,
    anyOf(isAdmin, inDomain('manager', 'group', 'user')),
    ...['add_user_to_group', 'remove_user_from_group'],
  ),
  ...each(anywhere, anyOf(reader, inDomain('reader', 'group', 'user')), 'check_user_in_group'),
};

const roles = {
  ...kept('roles'),
  ...kept('domain_roles'),
  ...each(
    anywhere,
    anyOf(
      reader,
      allOf((asker) => has(asker, 'manager'), managedRole),
    ),
    'get_role',
  ),
  ...each(
    anywhere,
    anyOf(reader, (asker) => has(asker, 'manager') && tokenDomainId(asker) !== undefined),
    'list_roles',
  ),
  ...each(notDomain, isAdmin, 'create_implied_role', 'delete_implied_role'),
  ...each(
    notDomain,
    reader,
    ...['get_implied_role', 'list_implied_roles', 'list_role_inference_rules', 'check_implied_role'],
  ),
  ...each(anywhere, anyOf(reader, allOf(inDomainPair('reader'), roleOfDomain)), 'check_grant'),
  ...each(anywhere, anyOf(reader, inDomainPair('reader')), 'list_grants'),
  ...each(
    anywhere,
    anyOf(isAdmin, allOf(inDomainPair('manager'), managedRole)),
    ...['create_grant', 'revoke_grant'],
  ),
  ...systemGrants('user'),
  ...systemGrants('group'),
  ...each(anywhere, anyOf(reader, inDomain('reader', 'domain')), 'list_role_assignments'),
  ...each(anywhere, anyOf(reader, inDomain('reader', 'project')), 'list_role_assignments_for_tree'),
};

function systemGrants(actor: string): Record<string, Policy> {
  const of = `system_grant_for_${actor}`;
  return {
    ...each(notDomain, isAdmin, `create_${of}`, `revoke_${of}`),
    ...each(notDomain, reader, `check_${of}`, `list_system_grants_for_${actor}`),
  };
}

const secrets = {
  ...each(anywhere, anyOf(reader, owner), 'get_credential', 'list_credentials'),
  ...each(
    anywhere,
    anyOf(isAdmin, owner),
    ...['create_credential', 'update_credential', 'delete_credential', 'revoke_token'],
  ),
  ...each(notDomain, anyOf(reader, owner), 'ec2_get_credential', 'ec2_list_credentials'),
  ...each(
    notDomain,
    anyOf(isAdmin, allOf(member, owner)),
    ...['ec2_create_credential', 'ec2_delete_credential'],
  ),
  ...each(notDomain, anyOf(reader, owner), 'get_application_credential', 'list_application_credentials'),
  ...each(projectOnly, owner, 'create_application_credential'),
  ...each(notDomain, anyOf(isAdmin, owner), 'delete_application_credential'),
  // Not even an admin of a project.
  ...each(notDomain, anyOf(systemReader, owner), 'get_access_rule', 'list_access_rules'),
  ...each(
    notDomain,
    anyOf((asker) => asker.caller.scope === 'system' && isAdmin(asker), owner),
    'delete_access_rule',
  ),
  ...each(anywhere, anyOf(reader, owner), 'check_token'),
  ...each(
    anywhere,
    anyOf(reader, (asker) => has(asker, 'service'), owner),
    'validate_token',
  ),
};

export const keystonePolicies: Readonly<Record<string, Policy>> = {
  ...catalog,
  ...directory,
  ...roles,
  ...secrets,
};
