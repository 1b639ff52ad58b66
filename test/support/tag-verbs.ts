import type { ChangedBy } from '../../src/core/caller';
import { type Clock, SystemClock } from '../../src/core/clock';
import type { ImageRef } from '../../src/core/image';
import type { TagStore } from '../../src/core/ports';
import type { Tag } from '../../src/core/tag';
import type { ChangeStamp, TagChange, TagOutcome } from '../../src/core/tag-change';
import type { PairSelector } from '../../src/core/tag-service';

export const someone: ChangedBy = {
  userId: 'u',
  userName: 'someone',
  projectId: 'p',
  dialect: 'test',
  operation: 'test',
  requestId: null,
  accessKey: null,
};

const clock = new SystemClock();

export function stampAt(at = clock.now()): ChangeStamp {
  return { by: someone, at };
}

/** A change that does nothing but what is named. */
export function tagChange(image: ImageRef, named: Partial<TagChange>, by: Clock = clock): TagChange {
  const nothing = { remove: [], put: [], limit: null, mustExist: false, ifRevision: null };
  return { image, ...nothing, ...stampAt(by.now()), ...named };
}

/** The changes that dialects ask for. */
export class TagVerbs {
  constructor(private readonly store: Pick<TagStore, 'change'>) {}

  add(image: ImageRef, tag: Tag, limit = 128): Promise<TagOutcome> {
    return this.change(image, { put: [tag], limit });
  }

  remove(image: ImageRef, name: string): Promise<TagOutcome> {
    return this.change(image, { remove: [{ name }], mustExist: true });
  }

  removeKey(image: ImageRef, key: string): Promise<TagOutcome> {
    return this.change(image, { remove: [{ key, value: null }], mustExist: true });
  }

  removePairs(image: ImageRef, remove: readonly PairSelector[]): Promise<TagOutcome> {
    return this.change(image, { remove });
  }

  set(image: ImageRef, put: readonly Tag[], limit: number): Promise<TagOutcome> {
    return this.change(image, { remove: put.map(({ key }) => ({ key, value: null })), put, limit });
  }

  async change(image: ImageRef, named: Partial<TagChange>): Promise<TagOutcome> {
    const [outcome] = await this.store.change([tagChange(image, named)]);
    if (!outcome) throw new Error('no outcome');
    return outcome;
  }
}
