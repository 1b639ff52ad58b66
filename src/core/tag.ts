import { Refused } from './errors';
import { limits } from './limits';

/** A tag as key and value. `value` is `''` when there is none. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/**
 * A tag as it is stored. `name` is its text, unique per image and compared by code point; `key` and `value` are
 * the same as a pair. All three are kept, so that `name` is never split again.
 */
export interface Tag extends Pair {
  readonly name: string;
}

/** Splits at the first `=`. No `=`, or one in front: the whole text is the key and the value is `''`. */
export function tagFromName(name: string): Tag {
  const at = name.indexOf('=');
  if (at <= 0) return { name, key: name, value: '' };
  return { name, key: name.slice(0, at), value: name.slice(at + 1) };
}

export function tagFromPair({ key, value }: Pair): Tag {
  return { name: value === '' ? key : `${key}=${value}`, key, value };
}

/** Lengths of tags are counted in code points: an emoji is one, whatever it takes in UTF-8 or UTF-16. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}

/**
 * Postgres cannot hold NUL in text, and Node turns a lone surrogate into U+FFFD on its way out, which would
 * make one tag of two different inputs. Both are refused before the database, in every dialect.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** @throws Refused tag-invalid */
export function requireStorable(text: string): void {
  if (!isStorable(text)) throw new Refused({ kind: 'tag-invalid', tag: text, fault: 'not-text' });
}

/** The tag, if it is one that can be stored. @throws Refused tag-invalid */
export function checkedTag(tag: Tag): Tag {
  requireStorable(tag.name);
  if (codePoints(tag.name) > limits.tagLength) {
    throw new Refused({ kind: 'tag-invalid', tag: tag.name, fault: 'too-long', limit: limits.tagLength });
  }
  return tag;
}

/** Order of tags everywhere: by code point, as Postgres' `C` collation has it (UTF-16 order differs). */
export function byCodePoint(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** One entry per key, in the order of keys, with that key's distinct values in order. */
export function valuesByKey(pairs: Iterable<Pair>): { key: string; values: string[] }[] {
  const seen = new Map<string, Set<string>>();
  for (const { key, value } of pairs) seen.set(key, (seen.get(key) ?? new Set()).add(value));
  return [...seen.entries()]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([key, values]) => ({ key, values: [...values].sort(byCodePoint) }));
}
