import { parseSelector, selectorFaultText } from '../core/selector';
import type { KeyWithValues } from '../core/tag-condition';

/** Conditions of a search, which must all hold. The page and the gateway read the same grammar. */
export interface SearchFilter {
  /** Each is a part of the image's name, ignoring case. */
  readonly names: readonly string[];
  /** The image is one of these; empty: any. */
  readonly ids: readonly string[];
  readonly all: readonly KeyWithValues[];
  /** None of these; a key without values means any value. */
  readonly none: readonly KeyWithValues[];
  readonly untagged: boolean;
  /** In the grammar of `core/selector`; null: none */
  readonly selector: string | null;
}

export type ParsedExpression = { readonly filter: SearchFilter } | { readonly fault: string };

export interface SearchTerm {
  readonly negated: boolean;
  /** Without the leading sign. */
  readonly body: string;
  /** It begins with a quotation mark, so words in it have no special meaning. */
  readonly quoted: boolean;
  /** The term as written, and where it begins. */
  readonly written: string;
  readonly start: number;
}

interface Draft {
  readonly names: string[];
  readonly ids: string[];
  readonly all: KeyWithValues[];
  readonly none: Map<string, readonly string[]>;
  untagged: boolean;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads `web env=prod has:golden -os=win|mac`: space-separated terms, all of which must hold. A plain word matches
 * names, an id its image; a leading `-` or `!` excludes a tag; `|` separates values. Between quotation marks every
 * sign stands for itself, a doubled quotation mark for one. All behind `selector:` is a selector.
 */
export function parseSearchExpression(text: string): ParsedExpression {
  const split = splitSelector(text);
  const selector = split.selector?.trim() ?? null;
  const parsed = selector === null ? null : parseSelector(selector);
  if (parsed && 'fault' in parsed) return { fault: `Selector: ${selectorFaultText(parsed.fault)}` };
  const terms = parseSearchTerms(split.terms);
  if (terms === undefined) return { fault: 'A quotation mark is not closed.' };
  const draft: Draft = { names: [], ids: [], all: [], none: new Map(), untagged: false };
  for (const term of terms) {
    const fault = takeTerm(draft, term);
    if (fault !== null) return { fault };
  }
  const { names, ids, all, untagged } = draft;
  if (untagged && all.length + draft.none.size > 0) {
    return { fault: '“untagged” finds images without tags, so it cannot be combined with tags.' };
  }
  const none = [...draft.none].map(([key, values]) => ({ key, values }));
  return { filter: { names, ids, all, none, untagged, selector } };
}

const selectorSign = 'selector:';

/** A search's terms, and the selector behind `selector:`; null: it has no selector. */
export function splitSelector(text: string): { readonly terms: string; readonly selector: string | null } {
  for (let at = text.indexOf(selectorSign); at >= 0; at = text.indexOf(selectorSign, at + 1)) {
    const terms = text.slice(0, at);
    const isQuoted = terms.split('"').length % 2 === 0;
    if (!isQuoted && (at === 0 || terms.trimEnd() !== terms)) {
      return { terms, selector: text.slice(at + selectorSign.length) };
    }
  }
  return { terms: text, selector: null };
}

/** undefined: a quotation mark is not closed */
export function parseSearchTerms(text: string): SearchTerm[] | undefined {
  const terms: SearchTerm[] = [];
  const pattern = /([-!]?)((?:"(?:[^"]|"")*"|[^\s"])+)|"/g;
  for (const { 0: written, 1: sign = '', 2: body, index } of text.matchAll(pattern)) {
    if (body === undefined) return undefined;
    terms.push({ negated: sign !== '', body, quoted: body.startsWith('"'), written, start: index });
  }
  return terms;
}

/** A term that matches this tag, whatever signs it contains. @param value null: any */
export function formatTagTerm(key: string, value: string | null): string {
  if (value === null || key.startsWith('=')) return `has:${quoted(key)}`;
  return `${quoted(key)}=${quoted(value)}`;
}

function quoted(text: string): string {
  return /[\s"|*:]|^[-!]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Private characters stand for signs between quotation marks, which have no special meaning there. */
const literal: Readonly<Record<string, string>> = { '|': '\ue001', '*': '\ue002' };
const signs = new Map(Object.entries(literal).map(([sign, place]) => [place, sign]));

function unquoted(body: string): string {
  return body.replace(/"((?:[^"]|"")*)"/g, (_whole, inner: string) =>
    inner.replaceAll('""', '"').replace(/[|*]/g, (sign) => literal[sign] ?? sign),
  );
}

function restored(text: string): string {
  return text.replace(/[\ue001\ue002]/g, (place) => signs.get(place) ?? place);
}

function takeTerm(draft: Draft, term: SearchTerm): string | null {
  const { negated, body } = term;
  if (body === 'untagged' && !negated) {
    draft.untagged = true;
    return null;
  }
  const text = unquoted(body);
  if (body.startsWith('has:')) return takeTag(draft, negated, text.slice(4), []);
  const at = text.indexOf('=');
  if (at === 0) return 'A tag needs a key in front of “=”.';
  if (at < 0) return takeName(draft, term, restored(text));
  const [key, rest] = [text.slice(0, at), text.slice(at + 1)];
  return takeTag(draft, negated, key, rest === '*' ? [] : rest.split('|'));
}

function takeName(
  { names, ids }: Draft,
  { negated, quoted: isQuoted }: SearchTerm,
  text: string,
): string | null {
  if (negated) return `Only tags can be excluded: “-has:${text}” excludes images with the key ${text}.`;
  const name = !isQuoted && text.startsWith('name:') ? text.slice(5) : text;
  if (uuid.test(name)) ids.push(name.toLowerCase());
  else if (name !== '') names.push(name);
  return null;
}

function takeTag(
  { all, none }: Draft,
  negated: boolean,
  named: string,
  values: readonly string[],
): string | null {
  const choice = { key: restored(named), values: [...new Set(values.map(restored))] };
  if (choice.key === '') return 'A tag needs a key.';
  if (!negated) {
    all.push(choice);
    return null;
  }
  const before = none.get(choice.key);
  const isAny = choice.values.length === 0 || before?.length === 0;
  none.set(choice.key, isAny ? [] : [...new Set([...(before ?? []), ...choice.values])]);
  return null;
}
