import { requireCaller } from '../../http/context';
import type { Operation } from '../../http/operations';
import { Refused } from '../../core/errors';
import type { Caller } from '../../core/caller';
import type { ImageMember } from '../../core/image';
import type { DialectDeps } from '../dialect';
import { readImageId } from '../huawei-ims/requests';
import { readMemberPageQuery } from './member-requests';
import { memberBody, memberPageBody } from './responses';

/** The projects that an image is shared with; sharing itself makes jobs. */
export function memberOperations(parts: DialectDeps): readonly Operation[] {
  const path = '/v1/:project_id/cloudimages/:image_id/members';
  return [
    {
      name: 'listImageMembers',
      method: 'GET',
      path,
      run: async (req, res) => {
        const page = readMemberPageQuery(req);
        res.json(memberPageBody(await membersOf(parts, requireCaller(req), readImageId(req)), page));
      },
    },
    {
      name: 'showImageMember',
      method: 'GET',
      path: `${path}/:member_id`,
      run: async (req, res) => {
        const [imageId, memberId] = [readImageId(req), String(req.params['member_id'])];
        const members = await membersOf(parts, requireCaller(req), imageId);
        const member = members.find((one) => one.memberId === memberId);
        if (!member) throw new Refused({ kind: 'member-not-found', imageId, memberId });
        res.json(memberBody(member));
      },
    },
  ];
}

/** Sharing a private image makes it `shared`: until then it has no members. */
async function membersOf(
  { images, members }: DialectDeps,
  caller: Caller,
  imageId: string,
): Promise<readonly ImageMember[]> {
  const { visibility } = await images.show(caller, imageId);
  return visibility === 'private' ? [] : members.list(caller, imageId);
}
