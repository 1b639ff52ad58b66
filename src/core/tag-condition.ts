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
export interface KeyChoice {
  readonly key: string;
  readonly values: readonly string[];
}

/** A search by tags. An absent list is no condition; `untagged` overrides the lists. */
export interface TagSearch {
  /** every key */
  readonly all?: readonly KeyChoice[];
  /** at least one of the keys */
  readonly any?: readonly KeyChoice[];
  /** not every key */
  readonly notAll?: readonly KeyChoice[];
  /** none of the keys */
  readonly notAny?: readonly KeyChoice[];
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

function keyCondition({ key, values }: KeyChoice): TagCondition {
  return { kind: 'key', key, values };
}

/** Do these tags meet the condition? The store gives the same answer in SQL. */
export function isMet(condition: TagCondition, tags: readonly Tag[]): boolean {
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
      return condition.of.every((part) => isMet(part, tags));
    case 'any':
      return condition.of.some((part) => isMet(part, tags));
    case 'not':
      return !isMet(condition.of, tags);
  }
}
