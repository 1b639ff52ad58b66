import { Refused } from './errors';
import { modelLimits } from './limits';

/** A tag as key and value. `value` is `''` for a tag without one. */
export interface TagPair {
  readonly key: string;
  readonly value: string;
}

/**
 * A tag as it is stored. `name` is its text, unique per image and compared by code point; `key` and `value` are
 * the same as a pair. All three are kept, so that `name` is never split again.
 */
export interface Tag extends TagPair {
  readonly name: string;
}

export function tagNames(tags: readonly { readonly name: string }[]): string[] {
  return tags.map(({ name }) => name);
}

/** Splits at the first `=`. Without `=`, or with a leading one, the whole text is the key and the value is `''`. */
export function tagFromName(name: string): Tag {
  const at = name.indexOf('=');
  if (at <= 0) return { name, key: name, value: '' };
  return { name, key: name.slice(0, at), value: name.slice(at + 1) };
}

export function tagFromPair({ key, value }: TagPair): Tag {
  return { name: value === '' ? key : `${key}=${value}`, key, value };
}

/** Tag length is counted in code points: an emoji is one, whatever its length in UTF-8 or UTF-16. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/**
 * Postgres cannot store NUL in text, and Node encodes a lone surrogate as U+FFFD, which would
 * make one tag of two different inputs. Every dialect refuses both before the database.
 */
export function isStorableText(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** @throws Refused tag-invalid */
export function requireStorableText(text: string): void {
  if (!isStorableText(text)) throw new Refused({ kind: 'tag-invalid', tag: text, fault: 'not-text' });
}

/** The tag, if it can be stored. @throws Refused tag-invalid */
export function checkedTag(tag: Tag): Tag {
  requireStorableText(tag.name);
  if (countCodePoints(tag.name) > modelLimits.tagLength) {
    throw new Refused({
      kind: 'tag-invalid',
      tag: tag.name,
      fault: 'too-long',
      limit: modelLimits.tagLength,
    });
  }
  return tag;
}

/** Tag order everywhere: by code point, as in Postgres' `C` collation. Without buffers, which took most of a sort. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = rankOfUnit(a.charCodeAt(at)) - rankOfUnit(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters behind all others, and lie before some of them. */
function rankOfUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** One entry per key, ordered by key, with its distinct values in order. */
export function valuesByKey(pairs: Iterable<TagPair>): { key: string; values: string[] }[] {
  const seen = new Map<string, Set<string>>();
  for (const { key, value } of pairs) seen.set(key, (seen.get(key) ?? new Set()).add(value));
  return [...seen.entries()]
    .sort(([a], [b]) => compareByCodePoint(a, b))
    .map(([key, values]) => ({ key, values: [...values].sort(compareByCodePoint) }));
}
