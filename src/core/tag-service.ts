import type { Caller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import type { ImageRef } from './image';
import type { ImageAccess } from './image-access';
import type { TagRules } from './limits';
import type { Action } from './action';
import { roleAllows } from './policy';
import type { PairSelector, TagOutcome, TagStore } from './ports';
import {
  checkedTag,
  isStorable,
  type Pair,
  requireStorable,
  type Tag,
  tagFromName,
  tagFromPair,
} from './tag';

/**
 * The tag operations, once for all dialects. Every method throws `Refused` with image-not-found,
 * image-not-readable or not-allowed where the caller may not, and what is named beside it.
 */
export class TagService {
  constructor(
    private readonly store: TagStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    private readonly rules: TagRules,
  ) {}

  /** Idempotent. @throws Refused tag-invalid, tag-limit-reached */
  async add(caller: Caller, imageId: string, name: string): Promise<void> {
    const tag = checkedTag(tagFromName(name));
    const limit = this.rules.imageTagQuota;
    await this.change(caller, imageId, name, limit, (image) =>
      this.store.add(image, tag, limit, this.clock.now()),
    );
  }

  /** Once: the second time is tag-not-found, and so is a text that no tag can have. */
  async remove(caller: Caller, imageId: string, name: string): Promise<void> {
    if (!isStorable(name)) {
      await this.access.resolve(caller, imageId, 'modify_image');
      throw new Refused({ kind: 'tag-not-found', imageId, tag: name });
    }
    await this.change(caller, imageId, name, 0, (image) => this.store.remove(image, name, this.clock.now()));
  }

  /** Removes every tag with this key. @throws Refused tag-invalid, tag-not-found when there is none */
  async removeKey(caller: Caller, imageId: string, key: string): Promise<void> {
    requireStorable(key);
    await this.change(caller, imageId, key, 0, (image) => this.store.removeKey(image, key, this.clock.now()));
  }

  /**
   * Idempotent, all or nothing. A pair without a value, or with `''`, removes its key whatever the value;
   * a value removes only that pair, unless the rules say that batch deletes go by key.
   */
  async removePairs(
    caller: Caller,
    imageId: string,
    pairs: readonly { key: string; value?: string | null }[],
  ): Promise<void> {
    for (const { key, value } of pairs) [key, value ?? ''].forEach(requireStorable);
    const byKeyOnly = this.rules.batchDelete === 'by-key-only';
    const selectors: PairSelector[] = pairs.map(({ key, value }) => ({
      key,
      value: byKeyOnly || value === undefined || value === '' ? null : value,
    }));
    await this.change(caller, imageId, '', 0, (image) =>
      this.store.removePairs(image, selectors, this.clock.now()),
    );
  }

  /** Idempotent, all or nothing; the last of two pairs with one key wins. @throws Refused tag-invalid, tag-limit-reached */
  async set(caller: Caller, imageId: string, pairs: readonly Pair[]): Promise<void> {
    const tags = [...new Map(pairs.map((pair) => [pair.key, checkedTag(tagFromPair(pair))])).values()];
    const limit = this.rules.huawei.tagsPerImage;
    await this.change(caller, imageId, '', limit, (image) =>
      this.store.set(image, tags, limit, this.clock.now()),
    );
  }

  /** The image's tags, in order of their texts. */
  async list(caller: Caller, imageId: string): Promise<readonly Tag[]> {
    const own = this.access.guessOwn(caller, imageId, 'get_image');
    const found = own && (await this.store.list(own));
    if (found) return found;
    const image = await this.access.resolve(caller, imageId, 'get_image');
    const tags = await this.store.list(image);
    if (!tags) throw new Refused({ kind: 'image-not-found', imageId });
    return tags;
  }

  /** The distinct pairs of the images of the caller's project. @throws Refused not-allowed */
  async listProject(caller: Caller): Promise<readonly Pair[]> {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return this.store.listProject(caller.projectId);
  }

  /**
   * The caller's own image is tried at once, in one round trip; only when it is not there is it looked up by
   * its id alone, to tell a foreign image from a missing one, and for admins.
   */
  private async change(
    caller: Caller,
    imageId: string,
    tag: string,
    limit: number,
    step: (image: ImageRef) => Promise<TagOutcome>,
  ): Promise<void> {
    const action: Action = 'modify_image';
    const own = this.access.guessOwn(caller, imageId, action);
    let outcome: TagOutcome = own ? await step(own) : { kind: 'image-missing' };
    if (outcome.kind === 'image-missing')
      outcome = await step(await this.access.resolve(caller, imageId, action));
    switch (outcome.kind) {
      case 'done':
        return;
      case 'image-missing':
        throw new Refused({ kind: 'image-not-found', imageId });
      case 'tag-missing':
        throw new Refused({ kind: 'tag-not-found', imageId, tag });
      case 'over-limit':
        throw new Refused({ kind: 'tag-limit-reached', imageId, attempted: outcome.attempted, limit });
    }
  }
}
