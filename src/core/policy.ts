import type { PolicyAction } from './action';
import type { Caller } from './caller';
import type { ImageAccessFacts } from './image';

/** Whose image it must be: the project's own, shared with it, or any visible one; `none`: no image is checked. */
type Reach = 'owned' | 'shared-with' | 'owned-or-shared-with' | 'visible' | 'none';

interface Rule {
  readonly least: 'reader' | 'member' | 'admin';
  readonly reach: Reach;
}

/** The complete secure RBAC of image services since 2023.1. An admin with a project passes every line. */
const rules: Readonly<Record<PolicyAction, Rule>> = {
  get_image: { least: 'reader', reach: 'visible' },
  get_images: { least: 'reader', reach: 'none' },
  add_image: { least: 'member', reach: 'none' },
  modify_image: { least: 'member', reach: 'owned' },
  delete_image: { least: 'member', reach: 'owned' },
  publicize_image: { least: 'admin', reach: 'none' },
  communitize_image: { least: 'member', reach: 'owned' },
  download_image: { least: 'member', reach: 'visible' },
  upload_image: { least: 'member', reach: 'owned' },
  deactivate: { least: 'member', reach: 'owned' },
  reactivate: { least: 'member', reach: 'owned' },
  add_member: { least: 'member', reach: 'owned' },
  delete_member: { least: 'member', reach: 'owned' },
  get_member: { least: 'reader', reach: 'owned-or-shared-with' },
  get_members: { least: 'reader', reach: 'owned-or-shared-with' },
  modify_member: { least: 'member', reach: 'shared-with' },
  set_image_location: { least: 'member', reach: 'owned' },
  delete_image_location: { least: 'admin', reach: 'none' },
  copy_image: { least: 'admin', reach: 'none' },
  tasks_api_access: { least: 'admin', reach: 'none' },
  stores_info_detail: { least: 'admin', reach: 'none' },
};

const rank = { none: 0, reader: 1, member: 2, admin: 3 } as const;

/** Is the role sufficient, whatever the image? */
export function roleAllows(caller: Caller, action: PolicyAction): boolean {
  return caller.scope === 'project' && rank[caller.accessLevel] >= rank[rules[action].least];
}

/** Does this action reach the image, whatever the role? */
export function isImageInReachOfAction(
  caller: Caller,
  action: PolicyAction,
  image: ImageAccessFacts,
): boolean {
  if (isAdmin(caller)) return true;
  const owned = image.projectId === caller.projectId;
  const sharedWith = image.visibility === 'shared' && image.membership !== null;
  switch (rules[action].reach) {
    case 'owned':
      return owned;
    case 'shared-with':
      return sharedWith;
    case 'owned-or-shared-with':
      return owned || sharedWith;
    case 'visible':
      return canSeeImage(caller, image);
    case 'none':
      return true;
  }
}

/** May this caller know that the image exists? */
export function canSeeImage(caller: Caller, image: ImageAccessFacts): boolean {
  if (caller.accessLevel === 'admin') return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  if (caller.projectId === null) return false;
  if (image.projectId === caller.projectId) return true;
  return image.visibility === 'shared' && image.membership !== null;
}

/** May the caller read what it can see? Unknown roles alone read only public images, and only with a project. */
export function canReadImage(caller: Caller, image: ImageAccessFacts): boolean {
  return caller.scope === 'project' && (roleAllows(caller, 'get_image') || image.visibility === 'public');
}

/** An admin with a project reaches every project's images; domain and system scope reach none (secure RBAC). */
export function isAdmin(caller: Caller): boolean {
  return caller.accessLevel === 'admin' && caller.scope === 'project';
}
