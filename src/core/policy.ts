import type { Action } from './action';
import type { Caller } from './caller';
import type { ImageStanding } from './image';

/** Whose image it must be: the caller's project's, one shared with that project, or any that it can see. */
type Reach = 'owned' | 'shared-with' | 'owned-or-shared-with' | 'visible' | 'nobodys';

interface Rule {
  readonly least: 'reader' | 'member' | 'admin';
  readonly reach: Reach;
}

/** Secure RBAC of image services since 2023.1, the whole of it. An admin with a project passes every line. */
const rules: Readonly<Record<Action, Rule>> = {
  get_image: { least: 'reader', reach: 'visible' },
  get_images: { least: 'reader', reach: 'nobodys' },
  add_image: { least: 'member', reach: 'nobodys' },
  modify_image: { least: 'member', reach: 'owned' },
  delete_image: { least: 'member', reach: 'owned' },
  publicize_image: { least: 'admin', reach: 'nobodys' },
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
  delete_image_location: { least: 'admin', reach: 'nobodys' },
};

const rank = { none: 0, reader: 1, member: 2, admin: 3 } as const;

/** Is the role enough, leaving the image aside? */
export function roleAllows(caller: Caller, action: Action): boolean {
  return caller.scope === 'project' && rank[caller.standing] >= rank[rules[action].least];
}

/** Is the image one that this action reaches, leaving the role aside? */
export function reaches(caller: Caller, action: Action, image: ImageStanding): boolean {
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
      return canSee(caller, image);
    case 'nobodys':
      return true;
  }
}

/** Does the image exist, as far as this caller may know? */
export function canSee(caller: Caller, image: ImageStanding): boolean {
  if (caller.standing === 'admin') return true;
  if (image.visibility === 'public' || image.visibility === 'community') return true;
  if (caller.projectId === null) return false;
  if (image.projectId === caller.projectId) return true;
  return image.visibility === 'shared' && image.membership !== null;
}

/** May the caller read what it can see? Unknown roles alone read only what is public, and only with a project. */
export function canRead(caller: Caller, image: ImageStanding): boolean {
  return caller.scope === 'project' && (roleAllows(caller, 'get_image') || image.visibility === 'public');
}

/** An admin with a project reaches every project's images; domain and system scope reach none (secure RBAC). */
export function isAdmin(caller: Caller): boolean {
  return caller.standing === 'admin' && caller.scope === 'project';
}
