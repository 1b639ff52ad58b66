import type { IdentityRefusal } from '../../identity/errors';
import { clientErrorSentence, type ErrorAnswer } from './error-answer';

type RuleRefusal = Extract<IdentityRefusal, { kind: 'rule' }>;

/** Keystone's words for each rule of its managers. */
const answers: Readonly<Record<string, (refusal: RuleRefusal) => ErrorAnswer>> = {
  'domain-enabled': () => forbidden('Cannot delete a domain that is enabled, please disable it first.'),
  'default-domain': () => forbidden('delete the default domain', 'action'),
  'has-children': ({ id }) =>
    forbidden(
      `Cannot delete the project ${id} since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree.`,
    ),
  'immutable-update': ({ thing, id }) =>
    forbidden(
      `Unable to update immutable ${thing} resource: \`${id}. Set resource option "immutable" to false first.`,
    ),
  'immutable-delete': ({ thing, id }) =>
    forbidden(
      `Unable to delete immutable ${thing} resource: \`${id}. Set resource option "immutable" to false first.`,
    ),
  'immutable-tags': ({ id }) => {
    const [verb = '', project = ''] = id.split(' ');
    return forbidden(
      `Cannot ${verb} project tags for ${project}, project is immutable. Set "immutable" option to false before creating project tags.`,
    );
  },
  // Keystone's own reason is for its log.
  'catalog-of-project': () => forbidden('You are not authorized to perform the requested action.'),
  'too-many-tags': () => badRequest("Invalid input for field 'tags': more than 80"),
  'region-used': ({ id }) =>
    forbidden(`Unable to delete region ${id} because it or its child regions have associated endpoints.`),
  'access-rule-used': () => forbidden('May not delete access rule in use'),
  used: ({ thing, id }) =>
    forbidden(
      `Unable to delete ${thing.replaceAll('-', ' ')} ${id} because there are others associated with it.`,
    ),
  'limit-used': ({ id }) =>
    forbidden(
      `Unable to update or delete registered limit ${id} because there are project limits associated with it.`,
    ),
  'limit-unregistered': () =>
    forbidden('Unable to create a limit that has no corresponding registered limit.'),
  'account-disabled': ({ id }) => ({ status: 401, message: `The account is disabled for user: ${id}.` }),
  'endpoint-url': ({ id }) => badRequest(`Cannot create an endpoint with an invalid URL: ${id}.`),
  'no-place': ({ thing, id }) => badRequest(`Could not find ${thing}: ${id}.`),
  'enabled-below': ({ id }) =>
    forbidden(`Cannot disable project ${id} since its subtree contains enabled projects.`),
  'disabled-above': ({ id }) => forbidden(`Cannot enable project ${id} since it has disabled parents`),
  'circular-region': ({ id }) =>
    badRequest(`The specified parent region ${id} would create a circular region hierarchy.`),
  'system-role': ({ id }) =>
    badRequest(
      `Role ${id} is a domain-specific role. Unable to use a domain-specific role in a system assignment.`,
    ),
  'role-domain': ({ id }) => {
    const [project = '', role = ''] = id.split(' ');
    return forbidden(`Project ${project} must be in the same domain as the role ${role} being assigned.`);
  },
  'too-deep': ({ id }) => forbidden(`Max hierarchy depth reached for ${id} branch.`, 'action'),
  'other-domain': ({ id }) => {
    const [domain = '', other = ''] = id.split(' ');
    const whose = `it specifies its domain_id ${domain}, but specifies a parent in a different domain (${other})`;
    return badRequest(`Cannot create project, since ${whose}.`);
  },
  'disabled-branch': ({ id }) =>
    badRequest(`cannot create a project in a branch containing a disabled project: ${id}`),
  'never-implied': ({ id }) => forbidden(`${id} cannot be an implied roles.`),
  'fixed-domain_id': () => badRequest('Cannot change Domain ID.'),
  'fixed-parent_id': () => forbidden('Update of `parent_id` is not allowed.', 'action'),
  'no-grant': ({ id }) => {
    const [role = '', actor = '', place = ''] = id.split(' ');
    const whose = `user or group: ${actor}, project, domain, or system: ${place}`;
    return { status: 404, message: `Could not find role assignment with role: ${role}, ${whose}.` };
  },
  'no-member': ({ id }) => ({
    status: 404,
    message: `User '${id.replace(' in ', "' not found in group '")}'`,
  }),
  'not-implied': ({ id }) => ({
    status: 404,
    message: `${id.replace(' ', ' does not imply ')}.`,
  }),
  // Its id is the endpoint's and the project's.
  'no-project-endpoint': ({ id }) => ({
    status: 404,
    message: `Endpoint ${id.replace(' ', ' not found in project ')}`,
  }),
  'no-project-endpoint-group': () => ({
    status: 404,
    message: 'Endpoint Group Project Association not found',
  }),
  associated: ({ thing }) => ({
    status: 409,
    message: `Conflict occurred attempting to store project_${thing.replaceAll('-', '_')} - Duplicate entry.`,
  }),
  'filters-empty': () => badRequest('filters field is required and cannot be empty'),
  'filters-unknown': () =>
    badRequest(
      `Expecting to find service_id or region_id or interface in endpoint_group. ${clientErrorSentence}`,
    ),
  'no-tag': ({ id }) => ({ status: 404, message: `Could not find project tag: ${id}.` }),
};

export function ruleErrorAnswer(refusal: RuleRefusal): ErrorAnswer {
  const answer = answers[refusal.rule];
  return answer ? answer(refusal) : unknownReference(refusal);
}

/** What it refers to does not exist. */
function unknownReference({ rule, thing }: RuleRefusal): ErrorAnswer {
  const other = rule.replace(/^no-/, '');
  const words =
    thing === 'endpoint'
      ? `endpoint ${other}_id in ${other} table`
      : `${other}_id in ${thing.replaceAll('-', '_')}`;
  return badRequest(`Expecting to find ${words}. ${clientErrorSentence}`);
}

function forbidden(words: string, form?: 'action'): ErrorAnswer {
  const message =
    form === 'action' ? `You are not authorized to perform the requested action: ${words}` : words;
  return { status: 403, message };
}

function badRequest(message: string): ErrorAnswer {
  return { status: 400, message };
}

type Taken = Extract<IdentityRefusal, { kind: 'exists' }>;

/** A domain is a project in Keystone. */
export function nameTakenMessage({ thing, name, by, domain, id = '' }: Taken): string {
  if (thing === 'domain' || thing === 'project') {
    const twice =
      thing === 'domain'
        ? `projects acting as domains with the same name: ${name}`
        : `projects with either the same name or same id in the same domain: name is ${name}, project id ${id}`;
    return `Conflict occurred attempting to store project - it is not permitted to have two ${twice}.`;
  }
  const place = domain === undefined ? '' : ` at domain ID ${domain}`;
  const isNameless = thing === 'limit' || thing === 'registered-limit' || thing === 'implied-role';
  if (thing === 'region') return `Conflict occurred attempting to store region - Duplicate ID, ${name}..`;
  const entry = isNameless
    ? 'Duplicate entry'
    : `Duplicate entry found with ${by === 'id' ? 'ID' : 'name'} ${name}${place}`;
  return `Conflict occurred attempting to store ${thing.replaceAll('-', '_')} - ${entry}.`;
}
