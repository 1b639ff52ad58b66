import type { PolicyAction } from './action';
import { type Caller, changedByCaller, isRequestWithoutGuard } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import { revisionsAllowedByGuard } from './guard';
import type { ImageRef } from './image';
import type { ImageAccess } from './image-access';
import { roleAllows } from './policy';
import type { TagStore } from './ports';
import {
  checkedTag,
  isStorableText,
  tagNames,
  type TagPair,
  requireStorableText,
  type Tag,
  tagFromName,
  tagFromPair,
} from './tag';
import type { StaleListWatch, StaleListCheck } from './stale-lists';
import type { ChangeStamp, TagChange, TagOutcome, TagChangeDone, TagMatcher, TagSet } from './tag-change';

/** A requested change; absent members do not limit it. */
export type TagChangeRequest = Partial<Omit<TagChange, 'image' | keyof ChangeStamp>>;

/** To write a checked list; each follows another writer's change. */
const mostAttempts = 20;

/** A pair to remove. A null value matches any value. */
export interface PairSelector {
  readonly key: string;
  readonly value: string | null;
}

/**
 * The tag operations, once for all dialects. Every method throws `Refused` with image-not-found,
 * image-not-readable or not-allowed, and what its `@throws` adds. Limits come with the call.
 */
export class TagService {
  constructor(
    private readonly store: TagStore,
    private readonly access: ImageAccess,
    private readonly clock: Clock,
    private readonly staleLists: StaleListWatch,
  ) {}

  /** Idempotent. @throws Refused tag-invalid, tag-limit-reached */
  async add(caller: Caller, imageId: string, name: string, limit: number): Promise<TagChangeDone> {
    return this.change(caller, imageId, { put: [tagFromName(name)], limit });
  }

  /** Not idempotent: the second call is tag-not-found, and so is a text that no tag can have. */
  async remove(caller: Caller, imageId: string, name: string): Promise<TagChangeDone> {
    if (!isStorableText(name)) {
      await this.access.resolve(caller, imageId, 'modify_image');
      throw new Refused({ kind: 'tag-not-found', imageId, tag: name });
    }
    return this.change(caller, imageId, { remove: [{ name }], mustExist: true });
  }

  /** Removes every tag with this key. @throws Refused tag-invalid, tag-not-found if no tag has it */
  async removeKey(caller: Caller, imageId: string, key: string): Promise<TagChangeDone> {
    return this.change(caller, imageId, { remove: [{ key, value: null }], mustExist: true });
  }

  /** Idempotent, all or nothing. @throws Refused tag-invalid */
  async removePairs(caller: Caller, imageId: string, pairs: readonly PairSelector[]): Promise<TagChangeDone> {
    return this.change(caller, imageId, { remove: pairs });
  }

  /**
   * Idempotent, all or nothing: each given text replaces all texts of its key; of two pairs with one key the last wins.
   * @throws Refused tag-invalid, tag-limit-reached
   */
  async set(
    caller: Caller,
    imageId: string,
    pairs: readonly TagPair[],
    limit: number,
  ): Promise<TagChangeDone> {
    const tags = [...new Map(pairs.map((pair) => [pair.key, tagFromPair(pair)])).values()];
    const remove = tags.map(({ key }) => ({ key, value: null }));
    return this.change(caller, imageId, { remove, put: tags, limit });
  }

  /** Any change of an image's tags. @throws Refused tag-invalid, tag-not-found, tag-limit-reached */
  async change(caller: Caller, imageId: string, request: TagChangeRequest): Promise<TagChangeDone> {
    const { remove = [], put = [], limit = null, mustExist = false, reverts = null } = request;
    const { ifRevision = revisionsAllowedByGuard(caller.via?.guard) } = request;
    if (remove !== 'all') remove.flatMap(textsOf).forEach(requireStorableText);
    const tags = [...new Map(put.map((tag) => [tag.name, checkedTag(tag)])).values()];
    const [by, at, unguarded] = [changedByCaller(caller), this.clock.now(), isRequestWithoutGuard(caller)];
    // A literal: to copy an object and add members takes V8 ten microseconds.
    const changeOf = (image: ImageRef): TagChange => ({
      image,
      by,
      at,
      unguarded,
      remove,
      put: tags,
      limit,
      mustExist,
      ifRevision,
      reverts,
    });
    const outcome = await this.outcome(caller, imageId, changeOf);
    switch (outcome.kind) {
      case 'done':
        return outcome;
      case 'image-missing':
        throw new Refused({ kind: 'image-not-found', imageId });
      case 'tag-missing':
        throw new Refused({ kind: 'tag-not-found', imageId, tag: firstText(remove) });
      case 'over-limit':
        throw new Refused({
          kind: 'tag-limit-reached',
          ...{ imageId, attempted: outcome.attempted, limit: limit ?? 0 },
        });
      case 'guard-required':
        throw new Refused({ kind: 'guard-required', imageId });
      case 'changed-meanwhile':
        throw new Refused({ kind: 'changed-meanwhile', imageId, revision: outcome.revision });
    }
  }

  /** The image's tags, in text order. */
  async list(caller: Caller, imageId: string): Promise<readonly Tag[]> {
    return (await this.show(caller, imageId)).tags;
  }

  /** The image's tags with their revision. */
  async show(caller: Caller, imageId: string): Promise<TagSet> {
    const own = this.access.guessOwn(caller, imageId, 'get_image');
    const found = own && (await this.store.list(own));
    const image = found ? own : await this.access.resolve(caller, imageId, 'get_image');
    const set = found ?? (await this.store.list(image));
    if (!set) throw new Refused({ kind: 'image-not-found', imageId });
    this.staleLists.shown(caller, image, set.revision, set.tags);
    return set;
  }

  /** The distinct pairs of the images of the caller's project. @throws Refused not-allowed */
  async listProject(caller: Caller): Promise<readonly TagPair[]> {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    return this.store.listProject(caller.projectId);
  }

  /**
   * Tries the caller's own image first, in one round trip; only if it is missing is it looked up by id alone,
   * to distinguish a foreign image from a missing one, and for admins.
   */
  private async outcome(
    caller: Caller,
    imageId: string,
    changeOf: (image: ImageRef) => TagChange,
  ): Promise<TagOutcome> {
    const action: PolicyAction = 'modify_image';
    const own = this.access.guessOwn(caller, imageId, action);
    const outcome = own && (await this.changeOne(caller, changeOf(own)));
    if (outcome && outcome.kind !== 'image-missing') return outcome;
    const { projectId } = await this.access.resolve(caller, imageId, action);
    return this.changeOne(caller, changeOf({ projectId, imageId }));
  }

  private async changeOne(caller: Caller, change: TagChange): Promise<TagOutcome> {
    const isWholeList = change.remove === 'all' && change.reverts === null;
    const check = isWholeList ? this.staleLists.checkOf(caller, change.image) : null;
    if (check) return this.changeChecked(change, check);
    const [outcome] = await this.store.change([change]);
    if (outcome?.kind === 'done') this.staleLists.advance(caller, change.image, outcome);
    return outcome ?? { kind: 'image-missing' };
  }

  /** Writes on the state that the list was checked against, and repeats both if another writer won. */
  private async changeChecked(change: TagChange, check: StaleListCheck): Promise<TagOutcome> {
    const wanted = tagNames(change.put);
    for (let attempt = 1; ; attempt++) {
      const there = await this.store.list(change.image);
      if (!there) return { kind: 'image-missing' };
      const { tags, revision } = there;
      const known = new Map([...tags, ...change.put].map((tag) => [tag.name, tag]));
      const list = check.listFor(revision, tagNames(tags), wanted);
      const put = list.flatMap((name) => known.get(name) ?? []);
      const [outcome] = await this.store.change([{ ...change, put, ifRevision: [revision] }]);
      if (outcome?.kind === 'changed-meanwhile' && attempt < mostAttempts) continue;
      if (outcome?.kind === 'done') check.report();
      return outcome ?? { kind: 'image-missing' };
    }
  }
}

function textsOf(selector: TagMatcher): string[] {
  return 'name' in selector ? [selector.name] : [selector.key, selector.value ?? ''];
}

function firstText(remove: TagChange['remove']): string {
  const [first] = remove === 'all' ? [] : remove;
  return first ? (textsOf(first)[0] ?? '') : '';
}
