import type { PolicyAction } from './action';
import type { Caller } from './caller';
import { Refused } from './errors';
import type { ImageRef, ImageAccessFacts } from './image';
import { canReadImage, canSeeImage, isAdmin, isImageInReachOfAction, roleAllows } from './policy';
import type { ImageFinder } from './ports';

/**
 * Resolves (caller, image id) to the project-led reference that the store needs, or refuses in this
 * order: does the image exist for this caller (404), then may the caller do this to it (403).
 */
export class ImageAccess {
  constructor(private readonly directory: ImageFinder) {}

  /**
   * The image's reference if it is the caller's own, without asking the store; undefined if the role alone
   * rules that out. A store call that then finds nothing falls back to `resolve`.
   */
  guessOwn(caller: Caller, imageId: string, action: PolicyAction): ImageRef | undefined {
    if (caller.projectId === null || !roleAllows(caller, action)) return undefined;
    return { projectId: caller.projectId, imageId };
  }

  /** @throws Refused image-not-found, image-not-readable, not-allowed */
  async resolve(caller: Caller, imageId: string, action: PolicyAction): Promise<ImageAccessFacts> {
    const image = await this.see(caller, imageId);
    this.authorize(caller, action, image);
    return image;
  }

  /** The image, if the caller may know it exists. @throws Refused image-not-found */
  async see(caller: Caller, imageId: string): Promise<ImageAccessFacts> {
    const image = await this.directory.find(imageId, caller.projectId);
    if (image === undefined || !canSeeImage(caller, image)) {
      throw new Refused({ kind: 'image-not-found', imageId });
    }
    return image;
  }

  /** May the caller do this to an image it can see? @throws Refused image-not-readable, not-allowed */
  authorize(caller: Caller, action: PolicyAction, image: ImageAccessFacts): void {
    if (!canReadImage(caller, image))
      throw new Refused({ kind: 'image-not-readable', imageId: image.imageId });
    this.require(caller, action, image);
  }

  /** @throws Refused not-allowed */
  require(caller: Caller, action: PolicyAction, image: ImageAccessFacts): void {
    if (isAdmin(caller)) return;
    const refuse = (because: 'role' | 'owner'): never => {
      throw new Refused({ kind: 'not-allowed', action, because, imageId: image.imageId });
    };
    if (!isImageInReachOfAction(caller, action, image)) refuse('owner');
    if (action !== 'get_image' && !roleAllows(caller, action)) refuse('role');
  }
}
