import { randomUUID } from 'node:crypto';
import type { Action } from './action';
import { type Caller, changedBy, isUnguarded } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import { guardAllows } from './guard';
import type {
  Image,
  ImageChange,
  ImageDescription,
  ImageRef,
  ImageAccessFacts,
  NewImage,
  Properties,
} from './image';
import type { ImageQuota } from './image-quota';
import type { ImageAccess } from './image-access';
import type { ImageStatus } from './image-status';
import { limits } from './limits';
import { canSee, isAdmin, roleAllows } from './policy';
import type { ImageDataStore, ImagePage, ImageQuery, ImageSearch, ImageStore } from './ports';
import { checkedTag, codePoints, type Tag, tagFromName } from './tag';
import type { Stamp } from './tag-change';

/** What a caller specifies for a new image; absent members default as in `blank`. */
export interface ImageRequest extends Partial<ImageDescription> {
  readonly imageId?: string;
  /** `queued` unless its data is known to be stored elsewhere. */
  readonly status?: ImageStatus;
  /** Another project, or none (null): admins only. */
  readonly owner?: string | null;
  /** Texts; duplicates count once. */
  readonly tags?: readonly string[];
}

/** Checks the caller's permission on the image described here. @throws Refused */
export type CheckPermission = (
  action: Action,
  image: Pick<ImageAccessFacts, 'projectId' | 'visibility'>,
) => void;

const blank: ImageDescription = {
  name: null,
  visibility: 'shared',
  diskFormat: null,
  containerFormat: null,
  minDisk: 0,
  minRam: 0,
  protected: false,
  hidden: false,
  properties: new Map(),
};

/** The images themselves. Every method throws `Refused`, as TagService does. */
export class ImageService {
  constructor(
    private readonly store: ImageStore,
    private readonly search: ImageSearch,
    private readonly data: Pick<ImageDataStore, 'remove'>,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    readonly quota: ImageQuota,
  ) {}

  /**
   * @param tagLimit tags the image may have
   * @throws Refused image-exists, owner-not-allowed, not-allowed, tag-invalid, tag-, image- or property-limit-reached
   */
  async create(caller: Caller, request: ImageRequest, tagLimit: number): Promise<Image> {
    const image = this.prepare(caller, request, tagLimit);
    const { imageId, createdAt } = image;
    await this.quota.requireRoom(image.projectId, 1);
    if (!(await this.store.create(image, { by: changedBy(caller), at: createdAt })))
      throw new Refused({ kind: 'image-exists', imageId });
    return this.found(image, imageId);
  }

  /** The image that `create` would store, with the same checks except for a free id. @throws Refused */
  prepare(caller: Caller, request: ImageRequest, tagLimit: number): NewImage {
    const { imageId = randomUUID(), status = 'queued', owner, tags = [], ...description } = request;
    this.mayCreate(caller, request);
    const projectId = (owner === undefined ? caller.projectId : owner) ?? '';
    const whole = { ...blank, ...description };
    const createdAt = this.clock.now();
    const named = namedTags(imageId, tags, tagLimit);
    requireFewProperties(whole.properties);
    requireShortProperties(whole.properties);
    return { projectId, imageId, ...whole, status, createdAt, tags: named };
  }

  async show(caller: Caller, imageId: string): Promise<Image> {
    const own = this.access.guessOwn(caller, imageId, 'get_image');
    const found = own && (await this.store.get(own));
    return found ?? this.found(await this.access.resolve(caller, imageId, 'get_image'), imageId);
  }

  /** The image that a page starts after: one the caller can see. @throws Refused marker-not-found */
  async marker(caller: Caller, imageId: string): Promise<Image> {
    const there = await this.store.find(imageId, caller.projectId);
    const image = there && canSee(caller, there) ? await this.store.get(there) : undefined;
    if (!image) throw new Refused({ kind: 'marker-not-found', imageId, hidden: there !== undefined });
    return image;
  }

  /** @throws Refused not-allowed */
  async list(caller: Caller, query: Omit<ImageQuery, 'projectId'>): Promise<readonly Image[]> {
    return this.search.images({ ...query, projectId: this.requireListing(caller) });
  }

  /** As `list`, but bounded in bytes. @throws Refused not-allowed */
  async page(caller: Caller, query: Omit<ImageQuery, 'projectId'>): Promise<ImagePage> {
    return this.search.page({ ...query, projectId: this.requireListing(caller) });
  }

  /** @throws Refused not-allowed */
  async count(caller: Caller, query: Pick<ImageQuery, 'source' | 'where'>): Promise<number> {
    return this.search.count({ ...query, projectId: this.requireListing(caller) });
  }

  /** @returns the project from whose view images are listed @throws Refused not-allowed */
  requireListing(caller: Caller): string {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return caller.projectId;
  }

  /**
   * Changes an image atomically. `edit` sees the current image and must be pure.
   * @param action what the policy checks
   */
  async change(
    caller: Caller,
    imageId: string,
    action: Action,
    edit: (image: Image) => Omit<ImageChange, 'tags'>,
  ): Promise<Image> {
    return this.edited(caller, await this.access.resolve(caller, imageId, action), edit);
  }

  /**
   * As `change`, for edits that find out on the way which permissions they need.
   * @param tagLimit tags the change may name
   */
  async revise(
    caller: Caller,
    imageId: string,
    edit: (image: Image, permit: CheckPermission) => ImageChange,
    tagLimit: number,
  ): Promise<Image> {
    const ref = await this.access.see(caller, imageId);
    const permit: CheckPermission = (action, { projectId, visibility }) => {
      const image = { ...ref, projectId, visibility };
      // Publishing without permission is refused as such, even if the caller may not read the image.
      if (action === 'publicize_image' || action === 'communitize_image') {
        this.access.require(caller, action, image);
      } else {
        this.access.authorize(caller, action, image);
      }
    };
    return this.edited(caller, ref, (image) => {
      const { tags, ...change } = edit(image, permit);
      if (!guardAllows(caller.via?.guard, image)) {
        throw new Refused({ kind: 'changed-meanwhile', imageId, revision: image.tagRevision });
      }
      if (!tags) return change;
      const names = tags.map(({ name }) => name);
      return { ...change, tags: namedTags(imageId, names, tagLimit) };
    });
  }

  /** Deletes the data, too. @throws Refused image-protected */
  async remove(caller: Caller, imageId: string): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'delete_image');
    const removed = await this.store.remove(ref, this.stamp(caller), (image) => {
      if (image.protected) throw new Refused({ kind: 'image-protected', imageId });
    });
    if (!removed) throw new Refused({ kind: 'image-not-found', imageId });
    await this.data.remove(imageId);
  }

  private async edited(caller: Caller, ref: ImageRef, edit: (image: Image) => ImageChange): Promise<Image> {
    const stamp = { ...this.stamp(caller), unguarded: isUnguarded(caller) };
    const changed = await this.store.change(ref, stamp, (image) => {
      const change = edit(image);
      if (change.properties && hasMore(change.properties, image.properties)) {
        requireFewProperties(change.properties);
      }
      if (change.properties) requireShortProperties(change.properties, image.properties);
      return change;
    });
    if (!changed) throw new Refused({ kind: 'image-not-found', imageId: ref.imageId });
    return changed;
  }

  private stamp(caller: Caller): Stamp {
    return { by: changedBy(caller), at: this.clock.now() };
  }

  private mayCreate(caller: Caller, { owner, visibility }: ImageRequest): void {
    const refuse = (action: Action): never => {
      throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
    };
    if (owner !== undefined && owner !== caller.projectId && !isAdmin(caller)) {
      throw new Refused({ kind: 'owner-not-allowed', owner });
    }
    if (!roleAllows(caller, 'add_image')) refuse('add_image');
    if (visibility === 'public' && !roleAllows(caller, 'publicize_image')) refuse('publicize_image');
  }

  private async found(ref: ImageRef, imageId: string): Promise<Image> {
    const image = await this.store.get(ref);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId });
    return image;
  }
}

function namedTags(imageId: string, names: readonly string[], limit: number): Tag[] {
  // Counts texts as sent, duplicates included.
  if (names.length > limit) {
    throw new Refused({ kind: 'tag-limit-reached', imageId, attempted: names.length, limit });
  }
  return [...new Set(names)].map((name) => checkedTag(tagFromName(name)));
}

function hasMore(now: Properties, before: Properties): boolean {
  return [...now.keys()].some((name) => !before.has(name));
}

function requireFewProperties(properties: Properties): void {
  const limit = limits.propertiesPerImage;
  if (properties.size <= limit) return;
  throw new Refused({ kind: 'property-limit-reached', attempted: properties.size, limit });
}

/** Existing values may stay: they predate the limits. */
function requireShortProperties(properties: Properties, before: Properties = new Map()): void {
  for (const [name, value] of properties) {
    if (before.get(name) === value && before.has(name)) continue;
    const part = codePoints(name) > limits.propertyName ? 'name' : 'value';
    if (part === 'value' && Buffer.byteLength(value ?? '') <= limits.propertyValue) continue;
    const limit = part === 'name' ? limits.propertyName : limits.propertyValue;
    throw new Refused({ kind: 'property-too-long', part, limit });
  }
}
