import type { MemberService } from '../../../core/member-service';
import { requireCaller } from '../../../http/context';
import type { Handler } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import type { ImageOperation } from '../operation';
import { pageError } from '../errors/page-error';
import { pathParameter, readMemberId, readMemberStatus } from '../requests';
import { memberBody, memberListBody, sendEmptyWithoutType, sendJson } from '../responses';

export function memberOperations({ members }: Pick<DialectDeps, 'members'>): readonly ImageOperation[] {
  const all = { path: '/v2/images/:image_id/members' };
  const one = { path: '/v2/images/:image_id/members/:member_id' };
  return [
    { ...all, name: 'listMembers', method: 'GET', subject: 'member-list', run: list(members) },
    { ...all, name: 'addMember', method: 'POST', subject: 'member-add', body: 'read', run: add(members) },
    { ...one, name: 'showMember', method: 'GET', subject: 'member-show', run: show(members) },
    {
      ...one,
      name: 'updateMember',
      method: 'PUT',
      subject: 'member-set',
      body: 'read',
      run: setStatus(members),
    },
    { ...one, name: 'removeMember', method: 'DELETE', subject: 'member-remove', run: remove(members) },
  ];
}

function list(members: MemberService): Handler {
  return async (req, res) => {
    sendJson(
      req,
      res,
      200,
      memberListBody(await members.list(requireCaller(req), pathParameter(req, 'image_id'))),
    );
  };
}

function add(members: MemberService): Handler {
  return async (req, res) => {
    const memberId = await readMemberId(req, res);
    sendJson(
      req,
      res,
      200,
      memberBody(await members.add(requireCaller(req), pathParameter(req, 'image_id'), memberId)),
    );
  };
}

function show(members: MemberService): Handler {
  return async (req, res) => {
    const member = await members.show(
      requireCaller(req),
      pathParameter(req, 'image_id'),
      pathParameter(req, 'member_id'),
    );
    sendJson(req, res, 200, memberBody(member));
  };
}

function setStatus(members: MemberService): Handler {
  return async (req, res) => {
    const status = await readMemberStatus(req, res);
    const place = [
      requireCaller(req),
      pathParameter(req, 'image_id'),
      pathParameter(req, 'member_id'),
    ] as const;
    if (status === undefined) {
      await members.reached(...place, 'modify_member');
      const words = 'Status must be "pending", "accepted" or "rejected".';
      throw pageError(400, `Incorrect request: ${words}`);
    }
    sendJson(req, res, 200, memberBody(await members.setStatus(...place, status)));
  };
}

function remove(members: MemberService): Handler {
  return async (req, res) => {
    await members.remove(requireCaller(req), pathParameter(req, 'image_id'), pathParameter(req, 'member_id'));
    sendEmptyWithoutType(req, res);
  };
}
