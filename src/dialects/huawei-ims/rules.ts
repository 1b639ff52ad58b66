import { Refused, type TagFault } from '../../core/errors';
import { modelLimits } from '../../core/limits';
import { countCodePoints, isStorableText, type TagPair, type Tag, tagFromPair } from '../../core/tag';
import type { PairSelector } from '../../core/tag-service';
import { maxDeleteValueLength, type HuaweiProfile } from './profiles';

/** What a batch delete names: a key, and a value if only that pair is meant. */
export interface PairToDelete {
  readonly key: string;
  readonly value?: string | null;
}

// The newest list of the vendor, which both profiles take: letters, digits, CJK and these signs; no `=`, so
// that the text of a pair can be split again.
const notInKeys = /[^0-9A-Za-z\u4e00-\u9fff _.:+\-@]/u;
const notInValues = /[^0-9A-Za-z\u4e00-\u9fff _.:+\-@/]/u;

/**
 * A pair as a create call means it: key and value without the spaces around them, checked against the
 * profile. @throws Refused tag-invalid
 */
export function checkPairForCreate(pair: TagPair, profile: HuaweiProfile): TagPair {
  const trimmed = { key: trimSpaces(pair.key), value: trimSpaces(pair.value) };
  requireCreatable(trimmed, profile);
  return trimmed;
}

/** Lengths are checked, characters are not, nothing is trimmed. @throws Refused tag-invalid */
export function checkPairForDelete({ key, value }: PairToDelete, profile: HuaweiProfile): PairToDelete {
  requireValidKey(key, profile);
  if (typeof value === 'string') requireValidValue(key, value);
  return { key, value: value ?? null };
}

/** What a batch delete selects: a key whatever its value, unless a value is given and counts. */
export function toPairSelectors(
  pairs: readonly PairToDelete[],
  rule: 'match-value' | 'by-key-only',
): PairSelector[] {
  return pairs.map(({ key, value = '' }) => {
    const counts = rule === 'match-value' && value !== '';
    return { key, value: counts ? value : null };
  });
}

/** A key of a search, by the rules of a delete. @throws Refused tag-invalid */
export function requireValidKey(key: string, profile: HuaweiProfile): void {
  if (isBlank(key)) refuse(key, 'key-blank');
  if (!isStorableText(key)) refuse(key, 'not-text');
  if (countCodePoints(key) > profile.deleteKeyLength)
    refuse(key, 'key-too-long', { limit: profile.deleteKeyLength });
}

/** A value of a search or a delete. @param key whose value it is @throws Refused tag-invalid */
export function requireValidValue(key: string, value: string): void {
  if (!isStorableText(value)) refuse(key, 'not-text');
  if (countCodePoints(value) > maxDeleteValueLength)
    refuse(key, 'value-too-long', { limit: maxDeleteValueLength });
}

/** `a.b.c` is the key `a` with the value `b.c`: the spelling that some create calls take beside pairs. */
export function pairFromDotted(text: string): TagPair {
  const at = text.indexOf('.');
  return at < 0 ? { key: text, value: '' } : { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** The old spelling of a pair on output; a pair without a value is its key. */
export function dottedFromPair({ key, value }: TagPair): string {
  return value === '' ? key : `${key}.${value}`;
}

/** What Huawei shows of an image's tags: `a` and `a=` are two texts and one pair, and it is shown once. */
export function distinctPairs(tags: readonly Tag[]): TagPair[] {
  const seen = new Map(tags.map(({ key, value }) => [JSON.stringify([key, value]), { key, value }]));
  return [...seen.values()];
}

/** The first text that occurs twice. */
export function firstDuplicate(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}

function requireCreatable(pair: TagPair, { keyLength, valueLength }: HuaweiProfile): void {
  const { key, value } = pair;
  if (isBlank(key)) refuse(key, 'key-blank');
  if (countCodePoints(key) > keyLength) refuse(key, 'key-too-long', { limit: keyLength });
  if (countCodePoints(value) > valueLength) refuse(key, 'value-too-long', { limit: valueLength });
  requireCharacters(key, key, notInKeys, 'key-characters');
  requireCharacters(key, value, notInValues, 'value-characters');
  const { tagLength } = modelLimits;
  // Only the wide profile allows pairs whose text is longer than any tag may be.
  if (countCodePoints(tagFromPair(pair).name) > tagLength) refuse(key, 'too-long', { limit: tagLength });
}

function requireCharacters(key: string, text: string, wrong: RegExp, fault: TagFault): void {
  const [character] = wrong.exec(text) ?? [];
  if (character !== undefined) refuse(key, fault, { character });
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** Spaces only: a pair has no other white space. No regular expression: ` +$` takes quadratic time. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === ' ') start++;
  while (end > start && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

function refuse(key: string, fault: TagFault, facts: { limit?: number; character?: string } = {}): never {
  throw new Refused({ kind: 'tag-invalid', tag: key, fault, ...facts });
}
