import type { IdentityRefusal } from '../../identity/errors';
import { clientsFault, type ErrorAnswer } from './answer';

type RuleRefusal = Extract<IdentityRefusal, { kind: 'rule' }>;

/** Keystone's words for each rule of its managers. */
const answers: Readonly<Record<string, (refusal: RuleRefusal) => ErrorAnswer>> = {
  'domain-enabled': () =>
    forbidden('cannot delete a domain that is enabled, please disable it first.', 'action'),
  'default-domain': () => forbidden('delete the default domain', 'action'),
  'has-children': ({ id }) =>
    forbidden(
      `Cannot delete the project ${id} since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree.`,
      'action',
    ),
  'immutable-update': ({ thing, id }) =>
    forbidden(
      `Unable to update immutable ${thing} resource: \`${id}. Set resource option "immutable" to false first.`,
    ),
  'immutable-delete': ({ thing, id }) =>
    forbidden(
      `Unable to delete immutable ${thing} resource: \`${id}. Set resource option "immutable" to false first.`,
    ),
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
  'limit-unregistered': ({ id }) => ({
    status: 404,
    message: `Could not find registered limit for the resource ${id}.`,
  }),
  'too-deep': ({ id }) => forbidden(`Max hierarchy depth reached for ${id} branch.`, 'action'),
  'other-domain': () => badRequest('Cannot create project, since its parent belongs to another domain.'),
  'fixed-domain_id': () => badRequest('Cannot change Domain ID.'),
  'fixed-parent_id': () => forbidden('Update of `parent_id` is not allowed.', 'action'),
  'no-grant': ({ id }) => ({ status: 404, message: `Could not find role assignment with role: ${id}.` }),
  'no-member': ({ id }) => ({
    status: 404,
    message: `Could not find user ${id.replace(' in ', ' in group ')}.`,
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
    badRequest(`Expecting to find service_id or region_id or interface in endpoint_group. ${clientsFault}`),
  'no-tag': ({ id }) => ({ status: 404, message: `Could not find project tag: ${id}.` }),
};

export function ruleErrorAnswer(refusal: RuleRefusal): ErrorAnswer {
  const answer = answers[refusal.rule];
  if (answer) return answer(refusal);
  // What it refers to does not exist.
  return badRequest(`Invalid input: could not find ${refusal.rule.replace(/^no-/, '')} ${refusal.id}.`);
}

function forbidden(words: string, form?: 'action'): ErrorAnswer {
  const message =
    form === 'action' ? `You are not authorized to perform the requested action: ${words}` : words;
  return { status: 403, message };
}

function badRequest(message: string): ErrorAnswer {
  return { status: 400, message };
}
