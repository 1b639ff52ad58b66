import type { Request } from 'express';
import type { Administration } from '../../../identity/embedded/admin/administration';
import { unwrap } from '../errors';
import type { IdentityOperation } from '../operation';
import { readPathId } from '../requests';
import { type Links, sendJson } from '../responses';
import { type Subject, subjects } from '../subjects';
import { requireCaller } from '../caller';
import { listBody, row } from './collections';

/** Only logins from elsewhere have memberships that end. */
const memberships: Subject = {
  ...subjects.group,
  shown: (group) => ({ ...group, membership_expires_at: null }),
};

/** Members of groups. */
export function memberOperations(
  { grants, askerOf }: Administration,
  links: Links,
): readonly IdentityOperation[] {
  const member = '/v3/groups/:group_id/users/:user_id';
  const pair = (req: Request): [string, string] => [readPathId(req, 'group_id'), readPathId(req, 'user_id')];
  return [
    row('listGroupUsers', 'GET', '/v3/groups/:group_id/users', async (req, res) => {
      const users = await grants.membersOf(askerOf(requireCaller(req)), readPathId(req, 'group_id'));
      sendJson(res, 200, listBody(links, subjects.user, req, unwrap(users)));
    }),
    row('listUserGroups', 'GET', '/v3/users/:user_id/groups', async (req, res) => {
      const groups = await grants.groupsOf(askerOf(requireCaller(req)), readPathId(req, 'user_id'));
      sendJson(res, 200, listBody(links, memberships, req, unwrap(groups)));
    }),
    row('addGroupUser', 'PUT', member, async (req, res) => {
      unwrap(await grants.addMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
    row('checkGroupUser', 'GET', member, async (req, res) => {
      unwrap(await grants.checkMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
    row('removeGroupUser', 'DELETE', member, async (req, res) => {
      unwrap(await grants.removeMember(askerOf(requireCaller(req)), ...pair(req)));
      res.status(204).end();
    }),
  ];
}
