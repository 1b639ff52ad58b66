import type { Tag } from './tag';

/** A question about one image's tags. The store answers it in SQL, `holds` in memory (tests compare the two). */
export type TagCondition =
  /** has a tag of exactly this text */
  | { readonly kind: 'name'; readonly name: string }
  /** has a tag with this key and one of these values; no values means any */
  | { readonly kind: 'key'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'untagged' }
  | { readonly kind: 'all'; readonly of: readonly TagCondition[] }
  | { readonly kind: 'any'; readonly of: readonly TagCondition[] }
  | { readonly kind: 'not'; readonly of: TagCondition };

export function holds(condition: TagCondition, tags: readonly Tag[]): boolean {
  switch (condition.kind) {
    case 'name':
      return tags.some((tag) => tag.name === condition.name);
    case 'key':
      return tags.some(
        ({ key, value }) =>
          key === condition.key && (condition.values.length === 0 || condition.values.includes(value)),
      );
    case 'untagged':
      return tags.length === 0;
    case 'all':
      return condition.of.every((part) => holds(part, tags));
    case 'any':
      return condition.of.some((part) => holds(part, tags));
    case 'not':
      return !holds(condition.of, tags);
  }
}
