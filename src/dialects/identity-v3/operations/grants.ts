import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import type { GrantWithoutRole } from '../../../identity/embedded/admin/grants';
import type { GrantTarget } from '../../../identity/entity-ports';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { entityResources } from '../entity-resources';
import { requireCaller } from '../caller';
import { listBody, identityOperation } from './collections';

interface Place {
  readonly target: GrantTarget['kind'];
  readonly actor: 'user' | 'group';
  readonly inherited: boolean;
}

const places: readonly Place[] = (['project', 'domain', 'system'] as const).flatMap((target) =>
  (['user', 'group'] as const).flatMap((actor) =>
    (target === 'system' ? [false] : [false, true]).map((inherited) => ({ target, actor, inherited })),
  ),
);

/** Roles of users and groups on projects, domains and the system, and those that projects below inherit. */
export function grantOperations(admin: Administration, links: Links): readonly IdentityOperation[] {
  return places.flatMap((place) => operationsAt(admin, links, place));
}

function operationsAt({ grants, askerOf }: Administration, links: Links, place: Place): IdentityOperation[] {
  const { target, actor, inherited } = place;
  const prefix = inherited ? '/v3/OS-INHERIT' : '/v3';
  const where = target === 'system' ? 'system' : `${target}s/:${target}_id`;
  const all = `${prefix}/${where}/${actor}s/:${actor}_id/roles`;
  const end = inherited ? '/inherited_to_projects' : '';
  const one = `${all}/:role_id${end}`;
  const title = `${titled(target)}${titled(actor)}`;
  const suffix = inherited ? 'InheritedRole' : 'Role';
  const grantOf = (req: Request) => ({ ...placeIn(req, place), roleId: readPathId(req, 'role_id') });
  return [
    identityOperation(`list${title}${suffix}s`, 'GET', `${all}${end}`, async (req, res) => {
      const roles = valueOrThrow(await grants.roles(askerOf(requireCaller(req)), placeIn(req, place)));
      sendJson(res, 200, listBody(links, entityResources.role, req, roles));
    }),
    identityOperation(`assign${title}${suffix}`, 'PUT', one, async (req, res) => {
      valueOrThrow(await grants.give(askerOf(requireCaller(req)), grantOf(req)));
      res.status(204).end();
    }),
    identityOperation(`check${title}${suffix}`, 'GET', one, async (req, res) => {
      valueOrThrow(await grants.check(askerOf(requireCaller(req)), grantOf(req)));
      res.status(204).end();
    }),
    identityOperation(`unassign${title}${suffix}`, 'DELETE', one, async (req, res) => {
      valueOrThrow(await grants.take(askerOf(requireCaller(req)), grantOf(req)));
      res.status(204).end();
    }),
  ];
}

function placeIn(req: Request, { target, actor, inherited }: Place): GrantWithoutRole {
  return {
    inherited,
    actor: { kind: actor, id: readPathId(req, `${actor}_id`) },
    target: target === 'system' ? { kind: target } : { kind: target, id: readPathId(req, `${target}_id`) },
  };
}

function titled(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
