import type { Image } from '../core/image';
import { type ProjectStatistics, statisticsLimits, type TagUseCount } from '../core/project-statistics';
import { tagNames } from '../core/tag';
import type { ImageSearchResult } from './image-search';

/** `since`: the first of the `days`, the last being today. */
export function statisticsBody({
  images,
  untagged,
  tags,
  keys,
  values,
  days,
  since,
}: ProjectStatistics & { readonly since: string }): object {
  return {
    images,
    untagged,
    tags,
    keys: { count: keys.count, most: keys.most.map(useBody) },
    values: { key: values.key, count: values.count, most: values.most.map(useBody) },
    growth: { since, days: statisticsLimits.days, created: days.map(({ day, images: made }) => [day, made]) },
  };
}

function useBody({ text, uses }: TagUseCount): readonly [string, number] {
  return [text, uses];
}

/** Uses the names of OpenStack's bodies, which the page also reads. */
export function imagePageBody({ total, images }: ImageSearchResult): object {
  return { total, images: images.map(imageBody) };
}

function imageBody(image: Image): object {
  return {
    id: image.imageId,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    size: image.size,
    disk_format: image.diskFormat,
    protected: image.protected,
    created_at: image.createdAt,
    updated_at: image.updatedAt,
    tags: tagNames(image.tags),
  };
}

export function suggestionsBody(uses: readonly TagUseCount[]): object {
  return { items: uses.map(useBody) };
}
