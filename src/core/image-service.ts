import { type IdGenerator, randomIds } from './ids';
import type { PolicyAction } from './action';
import { type Caller, changedByCaller, isRequestWithoutGuard } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import { guardAllows } from './guard';
import type { Image, ImageChange, ImageDescription, ImageRef, ImageAccessFacts, NewImage } from './image';
import type { ImageQuota } from './image-quota';
import type { ImageAccess } from './image-access';
import type { ImageStatus } from './image-status';
import {
  hasMoreProperties,
  tagsFromNames,
  requireFewProperties,
  requireShortProperties,
} from './image-rules';
import { canSeeImage, isAdmin, roleAllows } from './policy';
import type { ImageDataStore, ImagePage, ImageQuery, ImageSearch, ImageStore } from './ports';
import type { StaleListWatch } from './stale-lists';
import { tagNames } from './tag';
import type { ChangeStamp } from './tag-change';

/** What a caller specifies for a new image; absent members default as in `blank`. */
export interface NewImageRequest extends Partial<ImageDescription> {
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
  action: PolicyAction,
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
    private readonly staleLists: StaleListWatch,
    readonly ids: IdGenerator = randomIds,
  ) {}

  /**
   * @param tagLimit tags the image may have
   * @throws Refused image-exists, owner-not-allowed, not-allowed, tag-invalid, tag-, image- or property-limit-reached
   */
  async create(caller: Caller, request: NewImageRequest, tagLimit: number): Promise<Image> {
    const image = this.prepare(caller, request, tagLimit);
    const { imageId, createdAt } = image;
    await this.quota.requireRoom(image.projectId, 1);
    if (!(await this.store.create(image, { by: changedByCaller(caller), at: createdAt })))
      throw new Refused({ kind: 'image-exists', imageId });
    return this.found(caller, image);
  }

  /** The image that `create` would store, with the same checks except for a free id. @throws Refused */
  prepare(caller: Caller, request: NewImageRequest, tagLimit: number): NewImage {
    const { imageId: chosen, status = 'queued', owner, tags = [], ...description } = request;
    this.mayCreate(caller, request);
    const projectId = (owner === undefined ? caller.projectId : owner) ?? '';
    const imageId = chosen ?? this.ids.next(projectId);
    const whole = { ...blank, ...description };
    const createdAt = this.clock.now();
    const named = tagsFromNames(imageId, tags, tagLimit);
    requireFewProperties(whole.properties);
    requireShortProperties(whole.properties);
    return { projectId, imageId, ...whole, status, createdAt, tags: named };
  }

  async show(caller: Caller, imageId: string): Promise<Image> {
    const own = this.access.guessOwn(caller, imageId, 'get_image');
    const found = own && (await this.store.get(own));
    if (found) return this.shown(caller, found);
    return this.found(caller, await this.access.resolve(caller, imageId, 'get_image'));
  }

  /** The image that a page starts after: one the caller can see. @throws Refused marker-not-found */
  async marker(caller: Caller, imageId: string): Promise<Image> {
    const there = await this.store.find(imageId, caller.projectId);
    const image = there && canSeeImage(caller, there) ? await this.store.get(there) : undefined;
    if (!image) throw new Refused({ kind: 'marker-not-found', imageId, hidden: there !== undefined });
    return image;
  }

  /** @throws Refused not-allowed */
  async list(caller: Caller, query: Omit<ImageQuery, 'projectId'>): Promise<readonly Image[]> {
    const images = await this.search.images({ ...query, projectId: this.requireListing(caller) });
    for (const image of images) this.shown(caller, image);
    return images;
  }

  /** As `list`, but bounded in bytes. @throws Refused not-allowed */
  async page(caller: Caller, query: Omit<ImageQuery, 'projectId'>): Promise<ImagePage> {
    const page = await this.search.page({ ...query, projectId: this.requireListing(caller) });
    for (const image of page.images) this.shown(caller, image);
    return page;
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
    action: PolicyAction,
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
    const check = this.staleLists.checkOf(caller, ref);
    const revised = await this.edited(caller, ref, (image) => {
      const { tags, ...change } = edit(image, permit);
      if (!guardAllows(caller.via?.guard, image)) {
        throw new Refused({ kind: 'changed-meanwhile', imageId, revision: image.tagRevision });
      }
      if (!tags) return change;
      const wanted = tagsFromNames(imageId, tagNames(tags), tagLimit);
      if (!check) return { ...change, tags: wanted };
      const names = check.listFor(image.tagRevision, tagNames(image.tags), tagNames(wanted));
      return { ...change, tags: tagsFromNames(imageId, names, Math.max(tagLimit, image.tags.length)) };
    });
    check?.report();
    return revised;
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
    const stamp = { ...this.stamp(caller), unguarded: isRequestWithoutGuard(caller) };
    const changed = await this.store.change(ref, stamp, (image) => {
      const change = edit(image);
      if (change.properties && hasMoreProperties(change.properties, image.properties)) {
        requireFewProperties(change.properties);
      }
      if (change.properties) requireShortProperties(change.properties, image.properties);
      return change;
    });
    if (!changed) throw new Refused({ kind: 'image-not-found', imageId: ref.imageId });
    return this.shown(caller, changed);
  }

  private shown(caller: Caller, image: Image): Image {
    this.staleLists.shown(caller, image, image.tagRevision, image.tags);
    return image;
  }

  private stamp(caller: Caller): ChangeStamp {
    return { by: changedByCaller(caller), at: this.clock.now() };
  }

  private mayCreate(caller: Caller, { owner, visibility }: NewImageRequest): void {
    const refuse = (action: PolicyAction): never => {
      throw new Refused({ kind: 'not-allowed', action, because: 'role', imageId: null });
    };
    if (owner !== undefined && owner !== caller.projectId && !isAdmin(caller)) {
      throw new Refused({ kind: 'owner-not-allowed', owner });
    }
    if (!roleAllows(caller, 'add_image')) refuse('add_image');
    if (visibility === 'public' && !roleAllows(caller, 'publicize_image')) refuse('publicize_image');
  }

  private async found(caller: Caller, ref: ImageRef): Promise<Image> {
    const image = await this.store.get(ref);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId: ref.imageId });
    return this.shown(caller, image);
  }
}
