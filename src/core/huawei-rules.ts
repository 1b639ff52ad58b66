import { Refused, type TagFault } from './errors';
import { type HuaweiProfile, limits } from './limits';
import { codePoints, isStorable, type Pair, type Tag, tagFromPair } from './tag';
import type { PairSelector } from './tag-service';

/** What a batch delete names: a key, and a value if only that pair is meant. */
export interface DeletablePair {
  readonly key: string;
  readonly value?: string | null;
}

// The newest list of the vendor, which both profiles take: letters, digits, CJK and these signs; no `=`, so
// that the text of a pair can be split again.
const keyCharacters = /^[0-9A-Za-z\u4e00-\u9fff _.:+\-@]*$/;
const valueCharacters = /^[0-9A-Za-z\u4e00-\u9fff _.:+\-@/]*$/;

/**
 * A pair as a create call means it: key and value without the spaces around them, checked against the
 * profile. @throws Refused tag-invalid
 */
export function creatablePair(pair: Pair, profile: HuaweiProfile): Pair {
  const trimmed = { key: trimSpaces(pair.key), value: trimSpaces(pair.value) };
  const fault = creationFault(trimmed, profile);
  if (fault) refuse(trimmed.key, fault);
  return trimmed;
}

/** Lengths are checked, characters are not, nothing is trimmed. @throws Refused tag-invalid */
export function deletablePair({ key, value }: DeletablePair, profile: HuaweiProfile): DeletablePair {
  requireNameable(key, profile);
  if (typeof value === 'string') requireValue(key, value);
  return { key, value: value ?? null };
}

/** What a batch delete selects: a key whatever its value, unless a value is given and counts. */
export function selectorsOf(
  pairs: readonly DeletablePair[],
  rule: 'match-value' | 'by-key-only',
): PairSelector[] {
  return pairs.map(({ key, value = '' }) => {
    const counts = rule === 'match-value' && value !== '';
    return { key, value: counts ? value : null };
  });
}

/** A key of a search, by the rules of a delete. @throws Refused tag-invalid */
export function requireNameable(key: string, profile: HuaweiProfile): void {
  if (isBlank(key)) refuse(key, 'key-blank');
  if (!isStorable(key)) refuse(key, 'not-text');
  if (codePoints(key) > profile.deleteKeyLength) refuse(key, 'key-too-long');
}

/** A value of a search or a delete. @param key whose value it is @throws Refused tag-invalid */
export function requireValue(key: string, value: string): void {
  if (!isStorable(value)) refuse(key, 'not-text');
  if (codePoints(value) > limits.deleteValueLength) refuse(key, 'value-too-long');
}

/** `a.b.c` is the key `a` with the value `b.c`: the spelling that some create calls take beside pairs. */
export function pairFromDotted(text: string): Pair {
  const at = text.indexOf('.');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** The old spelling of a pair on output; a pair without a value is its key. */
export function dottedFromPair({ key, value }: Pair): string {
  return value === '' ? key : `${key}.${value}`;
}

/** What Huawei shows of an image's tags: `a` and `a=` are two texts and one pair, and it is shown once. */
export function distinctPairs(tags: readonly Tag[]): Pair[] {
  const seen = new Map(tags.map(({ key, value }) => [JSON.stringify([key, value]), { key, value }]));
  return [...seen.values()];
}

/** The first of the texts that stands there twice. */
export function repeatedText(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}

function creationFault(pair: Pair, profile: HuaweiProfile): TagFault | undefined {
  const { key, value } = pair;
  if (isBlank(key)) return 'key-blank';
  if (codePoints(key) > profile.keyLength) return 'key-too-long';
  if (codePoints(value) > profile.valueLength) return 'value-too-long';
  if (!keyCharacters.test(key)) return 'key-characters';
  if (!valueCharacters.test(value)) return 'value-characters';
  // Only the wide profile allows pairs whose text is longer than any tag may be.
  if (codePoints(tagFromPair(pair).name) > limits.tagLength) return 'too-long';
  return undefined;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Spaces only: what else is blank is not among the characters of a pair. No pattern: ` +$` takes square time. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

function refuse(key: string, fault: TagFault): never {
  throw new Refused({ kind: 'tag-invalid', tag: key, fault });
}
