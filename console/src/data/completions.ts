import {
  formatTagTerm,
  type SearchTerm,
  parseSearchTerms,
  splitSelector,
} from '../../../src/console/expression';
import type { Suggestion } from '../ui/combobox';
import type { Session } from './session';
import { readSuggestions } from './suggestions';
import { count } from '../ui/format';

/** What the last word of a search asks to be completed. */
export interface Unfinished {
  /** The text in front of it, with its sign. */
  readonly before: string;
  /** null: a key is being typed */
  readonly key: string | null;
  readonly prefix: string;
}

/** undefined: there is nothing to complete */
export function unfinishedTerm(text: string): Unfinished | undefined {
  if (splitSelector(text).selector !== null) return undefined;
  const last = parseSearchTerms(text)?.at(-1);
  if (!last || last.start + last.written.length !== text.length) return undefined;
  return last.body.includes('"') ? undefined : unfinished(text.slice(0, last.start), last);
}

function unfinished(before: string, { body, written }: SearchTerm): Unfinished | undefined {
  const sign = written.slice(0, written.length - body.length);
  const at = body.indexOf('=');
  if (at === 0) return undefined;
  if (at > 0) {
    const bar = body.lastIndexOf('|');
    const start = Math.max(at, bar) + 1;
    return {
      before: before + sign + body.slice(0, start),
      key: body.slice(0, at),
      prefix: body.slice(start),
    };
  }
  const has = body.startsWith('has:') ? 'has:' : '';
  return { before: before + sign + has, key: null, prefix: body.slice(has.length) };
}

/** Keys with how many images have them, or values of the key that is there. */
export async function completeSearch(
  session: Session,
  text: string,
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  const open = unfinishedTerm(text);
  if (!open || (open.key === null && open.prefix === '')) return [];
  const { before, key, prefix } = open;
  const uses = await readSuggestions(session, key, prefix, signal);
  if (key !== null) return valueSuggestions(before, key, uses);
  const isHas = before.endsWith('has:');
  return uses.slice(0, 8).map(([found, number]) => ({
    text: before + (isHas ? formatTagTerm(found, null).slice(4) : keyText(found)),
    label: isHas ? found : `${found}=`,
    detail: `tag on ${count(number, 'image')}`,
  }));
}

/** A key without a value is found by `has:`; where it has values they come next. */
function keyText(key: string): string {
  return `${formatTagTerm(key, '').slice(0, -1)}=`;
}

function valueSuggestions(
  before: string,
  key: string,
  uses: readonly (readonly [string, number])[],
): Suggestion[] {
  return uses
    .filter(([value]) => value !== '')
    .slice(0, 8)
    .map(([value, number]) => ({
      text: before + formatTagTerm('k', value).slice(2),
      label: `${key}=${value}`,
      detail: count(number, 'image'),
    }));
}

/** Completes the text of one tag: keys, then values of the key. */
export async function completeTag(
  session: Session,
  text: string,
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  const at = text.indexOf('=');
  if (text === '' || at === 0) return [];
  const key = at > 0 ? text.slice(0, at) : null;
  const uses = await readSuggestions(session, key, at > 0 ? text.slice(at + 1) : text, signal);
  return uses
    .filter(([found]) => found !== '')
    .slice(0, 8)
    .map(([found, number]) => ({
      text: key === null ? `${found}=` : `${key}=${found}`,
      label: key === null ? found : `${key}=${found}`,
      detail: count(number, 'image'),
    }));
}
