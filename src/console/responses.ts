import { type ProjectStatistics, statisticsLimits, type Use } from '../core/project-statistics';

/** `since`: the first of the `days`, which end today. */
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

function useBody({ text, uses }: Use): readonly [string, number] {
  return [text, uses];
}
