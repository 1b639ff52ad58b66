import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { RoleInference } from '../../../identity/embedded/admin/implied-roles';
import type { CallerWithToken } from '../../../identity/embedded/admin/caller-with-token';
import type { DirectoryEntity } from '../../../identity/entity-ports';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { requireCaller } from '../caller';
import { identityOperation } from './collections';

/** Roles that bring others with them. */
export function impliedRoleOperations(
  { impliedRoles, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  const one = '/v3/roles/:prior_role_id/implies/:implied_role_id';
  const priorOf = (req: Request): string => readPathId(req, 'prior_role_id');
  const pair = (req: Request): [string, string] => [priorOf(req), readPathId(req, 'implied_role_id')];
  const asker = (req: Request): CallerWithToken => askerOf(requireCaller(req));
  const { inference, pairBody } = bodiesOf(links);
  return [
    identityOperation('listRoleInferences', 'GET', '/v3/role_inferences', async (req, res) => {
      const all = valueOrThrow(await impliedRoles.inferences(asker(req)));
      const bodies = all.map((rule) => inference(req, rule));
      sendJson(res, 200, { role_inferences: bodies });
    }),
    identityOperation('listImpliedRoles', 'GET', '/v3/roles/:prior_role_id/implies', async (req, res) => {
      const [rule] = valueOrThrow(await impliedRoles.inferences(asker(req), priorOf(req)));
      const body = rule ? inference(req, rule) : {};
      sendJson(res, 200, {
        role_inference: body,
        links: links.to(req, `roles/${priorOf(req)}/implies`),
      });
    }),
    identityOperation('createImpliedRole', 'PUT', one, async (req, res) => {
      sendJson(res, 201, pairBody(req, valueOrThrow(await impliedRoles.imply(asker(req), ...pair(req)))));
    }),
    identityOperation('showImpliedRole', 'GET', one, async (req, res) => {
      const found = valueOrThrow(await impliedRoles.check(asker(req), ...pair(req)));
      // Only here Keystone's HEAD has a status of its own.
      if (req.method === 'HEAD') res.status(204).end();
      else sendJson(res, 200, pairBody(req, found));
    }),
    identityOperation('deleteImpliedRole', 'DELETE', one, async (req, res) => {
      valueOrThrow(await impliedRoles.unimply(asker(req), ...pair(req)));
      res.status(204).end();
    }),
  ];
}

function bodiesOf(links: Links) {
  const role = (req: Request, { id, name }: DirectoryEntity): object => ({
    id,
    name,
    links: links.to(req, `roles/${id}`),
  });
  return {
    inference: (req: Request, { prior, implied }: RoleInference): object => ({
      prior_role: role(req, prior),
      implies: implied.map((other) => role(req, other)),
    }),
    pairBody: (req: Request, [prior, implied]: readonly [DirectoryEntity, DirectoryEntity]): object => ({
      role_inference: { prior_role: role(req, prior), implies: role(req, implied) },
      links: links.to(req, `roles/${prior.id}/implies/${implied.id}`),
    }),
  };
}
