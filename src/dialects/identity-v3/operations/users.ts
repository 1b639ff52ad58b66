import type { Administration } from '../../../identity/embedded/admin/administration';
import { readEntityAttributes, textField } from '../bodies';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { entityResources } from '../entity-resources';
import { requireCaller } from '../caller';
import { listBody, identityOperation } from './collections';

const passwordForm = {
  fields: { original_password: textField, password: textField },
  required: ['original_password', 'password'],
  closed: true,
} as const;

/** A user's own password, and the projects in which the user has a role. */
export function userOperations(
  { things, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  return [
    identityOperation('changePassword', 'POST', '/v3/users/:user_id/password', async (req, res) => {
      const read = readEntityAttributes(req, 'user', passwordForm);
      const [original, password] = [read['original_password'] as string, read['password'] as string];
      const change = { original, password, address: req.ip };
      valueOrThrow(await things.changePassword(readPathId(req, 'user_id'), change));
      res.status(204).end();
    }),
    identityOperation('listUserProjects', 'GET', '/v3/users/:user_id/projects', async (req, res) => {
      const found = await things.projectsOf(askerOf(requireCaller(req)), readPathId(req, 'user_id'));
      sendJson(res, 200, listBody(links, entityResources.project, req, valueOrThrow(found)));
    }),
  ];
}

/** What the caller of the request can log in to. */
export function authScopeOperations(
  { things, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  return [
    identityOperation('listOwnProjects', 'GET', '/v3/auth/projects', async (req, res) => {
      const found = await things.ownProjects(askerOf(requireCaller(req)));
      sendJson(res, 200, listBody(links, entityResources.project, req, found));
    }),
    identityOperation('listOwnDomains', 'GET', '/v3/auth/domains', async (req, res) => {
      const found = await things.ownDomains(askerOf(requireCaller(req)));
      sendJson(res, 200, listBody(links, entityResources.domain, req, found));
    }),
    identityOperation('listOwnSystems', 'GET', '/v3/auth/system', async (req, res) => {
      const system = (await things.hasSystem(askerOf(requireCaller(req)))) ? [{ all: true }] : [];
      sendJson(res, 200, { system, links: links.to(req, 'auth/system') });
    }),
  ];
}
