import type { PolicyAction } from './action';
import type { Caller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { ImageMember, ImageAccessFacts, MemberStatus } from './image';
import type { ImageAccess } from './image-access';
import { modelLimits } from './limits';
import { isAdmin } from './policy';
import type { MemberStore } from './ports';

/**
 * The projects that an image is shared with. The owner adds and removes them; each member accepts or
 * rejects for itself, and sees only itself. Every method throws `Refused`: image-not-found, not-shared,
 * image-not-readable, not-allowed in this order, and what its `@throws` adds.
 */
export class MemberService {
  constructor(
    private readonly store: MemberStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
  ) {}

  async list(caller: Caller, imageId: string): Promise<readonly ImageMember[]> {
    const image = await this.shared(caller, imageId);
    this.access.authorize(caller, 'get_members', image);
    const members = await this.store.list(image);
    return members.filter((member) => maySee(caller, image, member.memberId));
  }

  /** @throws Refused member-not-found */
  async show(caller: Caller, imageId: string, memberId: string): Promise<ImageMember> {
    return this.found(caller, await this.shared(caller, imageId), memberId);
  }

  /** @throws Refused member-exists, member-limit-reached */
  async add(caller: Caller, imageId: string, memberId: string): Promise<ImageMember> {
    const image = await this.shared(caller, imageId);
    this.access.authorize(caller, 'add_member', image);
    const limit = modelLimits.membersPerImage;
    const outcome = await this.store.add(image, memberId, limit, this.clock.now());
    switch (outcome.kind) {
      case 'done':
        return outcome.member;
      case 'image-missing':
        throw new Refused({ kind: 'image-not-found', imageId });
      case 'member-exists':
        throw new Refused({ kind: 'member-exists', imageId, memberId });
      case 'over-limit':
        throw new Refused({ kind: 'member-limit-reached', imageId, attempted: outcome.attempted, limit });
    }
  }

  /** @throws Refused member-not-found */
  async setStatus(
    caller: Caller,
    imageId: string,
    memberId: string,
    status: MemberStatus,
  ): Promise<ImageMember> {
    const image = await this.reached(caller, imageId, memberId, 'modify_member');
    const member = await this.store.setStatus(image, memberId, status, this.clock.now());
    if (!member) throw new Refused({ kind: 'member-not-found', imageId, memberId });
    return member;
  }

  /** @throws Refused member-not-found */
  async remove(caller: Caller, imageId: string, memberId: string): Promise<void> {
    const image = await this.reached(caller, imageId, memberId, 'delete_member');
    if (!(await this.store.remove(image, memberId))) {
      throw new Refused({ kind: 'member-not-found', imageId, memberId });
    }
  }

  /** Checks common to all changes of a member. @throws Refused */
  async reached(
    caller: Caller,
    imageId: string,
    memberId: string,
    action: Extract<PolicyAction, 'modify_member' | 'delete_member'>,
  ): Promise<ImageAccessFacts> {
    const image = await this.shared(caller, imageId);
    await this.found(caller, image, memberId);
    this.access.authorize(caller, action, image);
    // An owner whose project is a member of its own image may not answer for any member either.
    if (action === 'modify_member' && image.projectId === caller.projectId && !isAdmin(caller)) {
      throw new Refused({ kind: 'not-allowed', action, because: 'owner', imageId });
    }
    return image;
  }

  private async shared(caller: Caller, imageId: string): Promise<ImageAccessFacts> {
    const image = await this.access.see(caller, imageId);
    if (image.visibility !== 'shared') throw new Refused({ kind: 'not-shared', imageId });
    return image;
  }

  private async found(caller: Caller, image: ImageAccessFacts, memberId: string): Promise<ImageMember> {
    this.access.authorize(caller, 'get_member', image);
    const members = maySee(caller, image, memberId) ? await this.store.list(image) : [];
    const member = members.find((candidate) => candidate.memberId === memberId);
    if (!member) throw new Refused({ kind: 'member-not-found', imageId: image.imageId, memberId });
    return member;
  }
}

function maySee(caller: Caller, image: ImageAccessFacts, memberId: string): boolean {
  return isAdmin(caller) || image.projectId === caller.projectId || memberId === caller.projectId;
}
