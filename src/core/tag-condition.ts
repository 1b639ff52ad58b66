import type { Tag } from './tag';

/** A condition on one image's tags, which the store evaluates in SQL. */
export type TagCondition =
  /** has a tag with exactly this text */
  | { readonly kind: 'name'; readonly name: string }
  /** has a tag with this key and one of these values; no values means any */
  | { readonly kind: 'key'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'untagged' }
  | { readonly kind: 'all'; readonly of: readonly TagCondition[] }
  | { readonly kind: 'any'; readonly of: readonly TagCondition[] }
  | { readonly kind: 'not'; readonly of: TagCondition };

/** A key with its allowed values; no values means any. */
export interface KeyWithValues {
  readonly key: string;
  readonly values: readonly string[];
}

/** A search by tags. An absent list is no condition; `untagged` overrides the lists. */
export interface TagSearch {
  /** every key */
  readonly all?: readonly KeyWithValues[];
  /** at least one of the keys */
  readonly any?: readonly KeyWithValues[];
  /** not every key */
  readonly notAll?: readonly KeyWithValues[];
  /** none of the keys */
  readonly notAny?: readonly KeyWithValues[];
  readonly untagged?: boolean;
}

/** The selector as conditions that must all hold; none if it is empty. */
export function toTagConditions({ all, any, notAll, notAny, untagged = false }: TagSearch): TagCondition[] {
  if (untagged) return [{ kind: 'untagged' }];
  const conditions: TagCondition[] = [];
  if (all) conditions.push({ kind: 'all', of: all.map(keyCondition) });
  if (any) conditions.push({ kind: 'any', of: any.map(keyCondition) });
  if (notAll) conditions.push({ kind: 'not', of: { kind: 'all', of: notAll.map(keyCondition) } });
  if (notAny) conditions.push({ kind: 'not', of: { kind: 'any', of: notAny.map(keyCondition) } });
  return conditions;
}

function keyCondition({ key, values }: KeyWithValues): TagCondition {
  return { kind: 'key', key, values };
}

/** Do these tags meet the condition? The store gives the same answer in SQL. */
export function isConditionMet(condition: TagCondition, tags: readonly Tag[]): boolean {
  switch (condition.kind) {
    case 'name':
      return tags.some(({ name }) => name === condition.name);
    case 'key': {
      const { key, values } = condition;
      return tags.some((tag) => tag.key === key && (values.length === 0 || values.includes(tag.value)));
    }
    case 'untagged':
      return tags.length === 0;
    case 'all':
      return condition.of.every((part) => isConditionMet(part, tags));
    case 'any':
      return condition.of.some((part) => isConditionMet(part, tags));
    case 'not':
      return !isConditionMet(condition.of, tags);
  }
}
