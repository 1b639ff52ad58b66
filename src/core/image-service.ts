import { randomUUID } from 'node:crypto';
import type { Action } from './action';
import type { Caller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { Image, ImageChange, ImageDescription, ImageRef, NewImage } from './image';
import type { ImageStatus } from './image-status';
import type { ImageAccess } from './image-access';
import type { TagRules } from './limits';
import { isAdmin, roleAllows } from './policy';
import type { ImageQuery, ImageSearch, ImageStore } from './ports';
import { checkedTag, type Tag, tagFromName } from './tag';

/** What a caller says of an image to be; what is absent has Glance's defaults. */
export interface ImageRequest extends Partial<ImageDescription> {
  readonly imageId?: string;
  /** `queued` unless its data is known to be elsewhere. */
  readonly status?: ImageStatus;
  /** Another project than the caller's: admins only. */
  readonly owner?: string;
  /** Texts; repeated ones count once. */
  readonly tags?: readonly string[];
}

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
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    private readonly rules: TagRules,
  ) {}

  /** @throws Refused image-exists, owner-not-allowed, not-allowed, tag-invalid, tag-limit-reached */
  async create(caller: Caller, request: ImageRequest): Promise<Image> {
    const image = this.prepare(caller, request);
    const { imageId } = image;
    if (!(await this.store.create(image))) throw new Refused({ kind: 'image-exists', imageId });
    return this.found(image, imageId);
  }

  /** The image that `create` would store, checked as there but for its id being free. @throws Refused */
  prepare(caller: Caller, request: ImageRequest): NewImage {
    const { imageId = randomUUID(), status = 'queued', owner, tags = [], ...description } = request;
    this.mayCreate(caller, request);
    const projectId = owner ?? caller.projectId ?? '';
    const named = this.namedTags(imageId, tags);
    return {
      projectId,
      imageId,
      ...blank,
      ...description,
      status,
      createdAt: this.clock.now(),
      tags: named,
    };
  }

  async show(caller: Caller, imageId: string): Promise<Image> {
    const own = this.access.guessOwn(caller, imageId, 'get_image');
    const found = own && (await this.store.get(own));
    return found ?? this.found(await this.access.resolve(caller, imageId, 'get_image'), imageId);
  }

  /** @throws Refused not-allowed */
  async list(caller: Caller, query: Omit<ImageQuery, 'projectId'>): Promise<readonly Image[]> {
    return this.search.images({ ...query, projectId: this.listing(caller) });
  }

  /** @throws Refused not-allowed */
  async count(caller: Caller, query: Pick<ImageQuery, 'source' | 'where'>): Promise<number> {
    return this.search.count({ ...query, projectId: this.listing(caller) });
  }

  /**
   * Changes an image in one step that nobody can come between. `edit` sees the image as it is now and must be
   * pure. Tags of the change are checked against the quota. @param action what the policy is asked for
   */
  async change(
    caller: Caller,
    imageId: string,
    action: Action,
    edit: (image: Image) => ImageChange,
  ): Promise<Image> {
    const ref = await this.access.resolve(caller, imageId, action);
    const changed = await this.store.change(ref, this.clock.now(), (image) => {
      const change = edit(image);
      if (!change.tags) return change;
      return {
        ...change,
        tags: this.namedTags(
          imageId,
          change.tags.map((tag) => tag.name),
        ),
      };
    });
    if (!changed) throw new Refused({ kind: 'image-not-found', imageId });
    return changed;
  }

  /** @throws Refused image-protected */
  async remove(caller: Caller, imageId: string): Promise<void> {
    const ref = await this.access.resolve(caller, imageId, 'delete_image');
    const removed = await this.store.remove(ref, (image) => {
      if (image.protected) throw new Refused({ kind: 'image-protected', imageId });
    });
    if (!removed) throw new Refused({ kind: 'image-not-found', imageId });
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

  private listing(caller: Caller): string {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return caller.projectId;
  }

  private namedTags(imageId: string, names: readonly string[]): Tag[] {
    const limit = this.rules.imageTagQuota;
    // Glance counts what was sent, repeated texts too.
    if (names.length > limit) {
      throw new Refused({ kind: 'tag-limit-reached', imageId, attempted: names.length, limit });
    }
    return [...new Set(names)].map((name) => checkedTag(tagFromName(name)));
  }

  private async found(ref: ImageRef, imageId: string): Promise<Image> {
    const image = await this.store.get(ref);
    if (!image) throw new Refused({ kind: 'image-not-found', imageId });
    return image;
  }
}
