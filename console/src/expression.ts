import type { KeyChoice } from '../../src/core/tag-condition';

/** What a search asks of images; all of it must hold. */
export interface Filter {
  readonly all: readonly KeyChoice[];
  /** None of these; a key without values stands for any value. */
  readonly none: readonly KeyChoice[];
  readonly untagged: boolean;
  /** A part of the image's name. */
  readonly name: string | null;
}

export type Parsed = { readonly filter: Filter } | { readonly fault: string };

interface Term {
  readonly negated: boolean;
  readonly text: string;
  /** It was written in quotation marks, so it is a tag whatever it says. */
  readonly quoted: boolean;
}

/**
 * Reads `env=prod golden -os=win|mac name:base`: terms between spaces, all of which must hold; `-` or `!` in front
 * excludes; `|` stands between values; quotation marks keep spaces together; `untagged` finds images without tags.
 */
export function parseExpression(text: string): Parsed {
  const terms = termsOf(text);
  if (terms === undefined) return { fault: 'A quotation mark is not closed.' };
  const all = new Map<string, readonly string[]>();
  const none = new Map<string, readonly string[]>();
  let [untagged, name] = [false, null as string | null];
  for (const term of terms) {
    if (isWord(term, 'untagged')) untagged = true;
    else if (!term.quoted && !term.negated && term.text.startsWith('name:')) name = term.text.slice(5);
    else {
      const { key, values } = choiceOf(term.text);
      if (key === '') return { fault: 'A tag without a key cannot be looked for.' };
      const fault = term.negated ? exclude(none, key, values) : require(all, key, values);
      if (fault !== null) return { fault };
    }
  }
  if (untagged && all.size + none.size > 0) {
    return { fault: '“untagged” finds images without tags: it stands without other tags.' };
  }
  return { filter: { all: choices(all), none: choices(none), untagged, name } };
}

function isWord({ quoted, negated, text }: Term, word: string): boolean {
  return !quoted && !negated && text === word;
}

/** undefined: a quotation mark is not closed */
function termsOf(text: string): Term[] | undefined {
  const terms: Term[] = [];
  const pattern = /\s*([-!]?)((?:"[^"]*"|[^\s"])+)|\s*(")/gy;
  for (const [, sign = '', body = '', open] of text.trimEnd().matchAll(pattern)) {
    if (open !== undefined) return undefined;
    terms.push({ negated: sign !== '', text: body.replaceAll('"', ''), quoted: body.startsWith('"') });
  }
  const closed = (text.match(/"/g) ?? []).length % 2 === 0;
  return closed ? terms : undefined;
}

/** Splits where the core splits: at the first `=` that is not in front. */
function choiceOf(text: string): KeyChoice {
  const at = text.indexOf('=');
  if (at <= 0) return { key: text, values: [] };
  return { key: text.slice(0, at), values: [...new Set(text.slice(at + 1).split('|'))] };
}

type Choices = Map<string, readonly string[]>;

function require(all: Choices, key: string, values: readonly string[]): string | null {
  if (all.has(key)) return `“${key}” stands there twice: write ${key}=one|other to find either value.`;
  all.set(key, values);
  return null;
}

function exclude(none: Choices, key: string, values: readonly string[]): null {
  const before = none.get(key);
  const isAny = values.length === 0 || before?.length === 0;
  none.set(key, isAny ? [] : [...new Set([...(before ?? []), ...values])]);
  return null;
}

function choices(found: Choices): KeyChoice[] {
  return [...found].map(([key, values]) => ({ key, values }));
}
