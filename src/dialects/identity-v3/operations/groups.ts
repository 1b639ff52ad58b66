import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import { valueOrThrow } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { type EntityResource, entityResources } from '../entity-resources';
import { requireCaller } from '../caller';
import { listBody, identityOperation } from './collections';

/** Only logins from elsewhere have memberships that end. */
const memberships: EntityResource = {
  ...entityResources.group,
  shown: (group) => ({ ...group, membership_expires_at: null }),
};

/** Members of groups. */
export function groupMemberOperations(
  { grants, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  const member = '/v3/groups/:group_id/users/:user_id';
  const pair = (req: Request): [string, string] => [readPathId(req, 'group_id'), readPathId(req, 'user_id')];
  return [
    identityOperation('listGroupUsers', 'GET', '/v3/groups/:group_id/users', async (req, res) => {
      const users = await grants.membersOf(askerOf(requireCaller(req)), readPathId(req, 'group_id'));
      sendJson(res, 200, listBody(links, entityResources.user, req, valueOrThrow(users)));
    }),
    identityOperation('listUserGroups', 'GET', '/v3/users/:user_id/groups', async (req, res) => {
      const groups = await grants.groupsOf(askerOf(requireCaller(req)), readPathId(req, 'user_id'));
      sendJson(res, 200, listBody(links, memberships, req, valueOrThrow(groups)));
    }),
    identityOperation('addGroupUser', 'PUT', member, async (req, res) => {
      valueOrThrow(await grants.addMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
    identityOperation('checkGroupUser', 'GET', member, async (req, res) => {
      valueOrThrow(await grants.checkMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
    identityOperation('removeGroupUser', 'DELETE', member, async (req, res) => {
      valueOrThrow(await grants.removeMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
  ];
}
