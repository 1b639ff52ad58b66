import { distinctPairs } from '../huawei-ims/rules';
import { toHuaweiStatus } from '../huawei-ims/statuses';
import type { Image } from '../../core/image';
import { type TagPair, type Tag, valuesByKey } from '../../core/tag';

export interface PairBody {
  readonly key: string;
  readonly value: string;
}

export function imageTagsBody(tags: readonly Tag[]): { tags: PairBody[] } {
  return { tags: distinctPairs(tags) };
}

/** One entry per key; a key without a value has the value `""`. */
export function projectTagsBody(pairs: readonly TagPair[]): { tags: { key: string; values: string[] }[] } {
  return { tags: valuesByKey(pairs) };
}

export function countBody(total: number): { total_count: number } {
  return { total_count: total };
}

/** `total` counts every match; `page` may be empty, which is how clients know the end. */
export function searchPageBody(total: number, page: readonly Image[]): object {
  return {
    total_count: total,
    resources: page.map((image) => ({
      resource_id: image.imageId,
      resource_name: image.name ?? '',
      resource_detail: { status: toHuaweiStatus(image.status) },
      tags: distinctPairs(image.tags),
    })),
  };
}
