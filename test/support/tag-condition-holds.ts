import type { Tag } from '../../src/core/tag';
import type { TagCondition } from '../../src/core/tag-condition';

/** The answer to a condition in memory, which the store's SQL is compared with. */
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
