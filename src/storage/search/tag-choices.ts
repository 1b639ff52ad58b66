import type { TagCondition } from '../../core/tag-condition';
import { tagFromName } from '../../core/tag';

/** One of the tags that a condition may be met by. */
export interface TagChoice {
  readonly key: string;
  /** null: whatever it is */
  readonly value: string | null;
  /** null: whatever it is */
  readonly name: string | null;
}

/** The tags of which an image must have one, for each condition that requires one. */
export type TagGroup = readonly TagChoice[];

export function toTagGroups(conditions: readonly TagCondition[]): TagGroup[] {
  return conditions.flatMap((condition) => {
    if (condition.kind === 'all') return toTagGroups(condition.of);
    const choices = toTagGroup(condition);
    return choices === undefined || choices.length === 0 ? [] : [choices];
  });
}

/** @returns undefined when images without any of some tags may meet it, too */
export function toTagGroup(condition: TagCondition): TagGroup | undefined {
  if (condition.kind === 'name') return [tagFromName(condition.name)];
  if (condition.kind === 'key') {
    const { key, values } = condition;
    const some = values.length === 0 ? [null] : [...new Set(values)];
    return some.map((value) => ({ key, value, name: null }));
  }
  if (condition.kind !== 'any') return undefined;
  const parts = condition.of.map(toTagGroup);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** Whether the groups express the whole condition. */
export function isExpressedByGroups(condition: TagCondition): boolean {
  if (condition.kind === 'all') return condition.of.every(isExpressedByGroups);
  return (toTagGroup(condition)?.length ?? 0) > 0;
}

/** An index keeps the tags of a key and a value in the order of their images, but not those of a key alone. */
export function isGroupInImageOrder(group: TagGroup): boolean {
  return group.every(({ value }) => value !== null);
}

/** No image has a text twice; a value that is not empty says the text, an empty one may be `key` and `key=`. */
export function isOneTagOfAnImage({ name, value }: TagChoice): boolean {
  return name !== null || (value ?? '') !== '';
}

/** Whether it is one tag, which an image has once. */
export function isOneTag(group: TagGroup): boolean {
  const [only, ...others] = group;
  return only !== undefined && others.length === 0 && only.value !== null && isOneTagOfAnImage(only);
}

/** The one tag that the conditions ask for, if it has a value: key and value then say its text. */
export function onlyTag(conditions: readonly TagCondition[]): { key: string; value: string } | undefined {
  const [group, ...others] = toTagGroups(conditions);
  const [only] = group ?? [];
  if (group === undefined || others.length > 0 || !isOneTag(group) || !conditions.every(isExpressedByGroups))
    return undefined;
  const { key, value } = only ?? {};
  return key !== undefined && value ? { key, value } : undefined;
}
