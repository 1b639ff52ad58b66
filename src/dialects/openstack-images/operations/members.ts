import type { MemberService } from '../../../core/member-service';
import { callerOf } from '../../../http/context';
import type { DialectParts } from '../../dialect';
import type { Handler, Operations } from '../operation';
import { pageError } from '../errors/page-error';
import { param, readMember, readMemberStatus } from '../requests';
import { memberBody, memberListBody, sendBare, sendJson } from '../responses';

interface MemberOperations {
  readonly all: Operations;
  readonly one: Operations;
}

export function memberOperations({ members }: Pick<DialectParts, 'members'>): MemberOperations {
  return {
    all: {
      GET: { subject: 'member-list', run: list(members) },
      POST: { subject: 'member-add', body: 'read', run: add(members) },
    },
    one: {
      GET: { subject: 'member-show', run: show(members) },
      PUT: { subject: 'member-set', body: 'read', run: setStatus(members) },
      DELETE: { subject: 'member-remove', run: remove(members) },
    },
  };
}

function list(members: MemberService): Handler {
  return async (req, res) => {
    sendJson(req, res, 200, memberListBody(await members.list(callerOf(req), param(req, 'imageId'))));
  };
}

function add(members: MemberService): Handler {
  return async (req, res) => {
    const memberId = await readMember(req, res);
    sendJson(req, res, 200, memberBody(await members.add(callerOf(req), param(req, 'imageId'), memberId)));
  };
}

function show(members: MemberService): Handler {
  return async (req, res) => {
    const member = await members.show(callerOf(req), param(req, 'imageId'), param(req, 'memberId'));
    sendJson(req, res, 200, memberBody(member));
  };
}

function setStatus(members: MemberService): Handler {
  return async (req, res) => {
    const status = await readMemberStatus(req, res);
    const place = [callerOf(req), param(req, 'imageId'), param(req, 'memberId')] as const;
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
    await members.remove(callerOf(req), param(req, 'imageId'), param(req, 'memberId'));
    sendBare(req, res);
  };
}
