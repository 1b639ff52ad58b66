/** What stands for `${...}` in recordings. */
export interface PlaceholderBindings {
  /** Names as between the braces, for example `TOKEN:alice`, `PROJECT:alpha`, `HOST`, `IMG`. */
  readonly known: ReadonlyMap<string, string>;
  /** What a name that nothing is bound to may stand for, beside the forms below: a pattern. */
  readonly formOf?: (name: string) => string | undefined;
}

const placeholder = /\$\{([^${}]+)\}/g;

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Placeholders of answers that stand for whatever has their form. */
const forms: Readonly<Record<string, string>> = {
  REQID: uuid,
  RANDUUID: uuid,
  TIME: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z',
  FINETIME: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}',
  HTTPDATE:
    '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4} \\d{2}:\\d{2}:\\d{2} GMT',
};

/** An id in another spelling: `IMG^^` in capitals, `IMG--` without dashes, `IMG%` with one character escaped. */
const spellings: readonly (readonly [suffix: string, spell: (id: string) => string])[] = [
  ['^^', (id) => id.toUpperCase()],
  ['--', (id) => id.replaceAll('-', '')],
  ['%', (id) => `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`],
];

function valueOf(name: string, { known }: PlaceholderBindings): string | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  for (const [suffix, spell] of spellings) {
    const id = name.endsWith(suffix) ? known.get(name.slice(0, -suffix.length)) : undefined;
    if (id !== undefined) return spell(id);
  }
  return undefined;
}

/** @throws Error for a placeholder that nothing is bound to */
export function fillPlaceholders(text: string, bindings: PlaceholderBindings): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = valueOf(name, bindings);
    if (value === undefined) throw new Error(`nothing is bound to ${whole}`);
    return value;
  });
}

/** Does a text have the recorded form? */
export function matchesRecordedText(
  recorded: string,
  actual: string,
  bindings: PlaceholderBindings,
): boolean {
  return findFirstDifference(recorded, actual, bindings) === null;
}

/** Where two texts part. */
export interface TextDifference {
  readonly inRecorded: number;
  readonly inActual: number;
}

/**
 * Goes through both texts once: a pattern made of all of a body would be too large for the engine.
 * @returns null when the text has the recorded form
 */
export function findFirstDifference(
  recorded: string,
  actual: string,
  bindings: PlaceholderBindings,
): TextDifference | null {
  let from = 0;
  let at = 0;
  for (const { 0: whole, 1: name = '', index } of recorded.matchAll(placeholder)) {
    const same = commonLength(recorded.slice(from, index), actual, at);
    if (from + same < index) return { inRecorded: from + same, inActual: at + same };
    at += same;
    const value = valueOf(name, bindings);
    const form = value === undefined ? (forms[name] ?? bindings.formOf?.(name)) : undefined;
    const length = form === undefined ? lengthOf(value ?? whole, actual, at) : matchLength(form, actual, at);
    if (length === null) return { inRecorded: index, inActual: at };
    at += length;
    from = index + whole.length;
  }
  const rest = recorded.slice(from);
  const same = commonLength(rest, actual, at);
  const isEnd = same === rest.length && at + same === actual.length;
  return isEnd ? null : { inRecorded: from + same, inActual: at + same };
}

function commonLength(text: string, actual: string, at: number): number {
  if (actual.startsWith(text, at)) return text.length;
  let same = 0;
  while (text[same] === actual[at + same]) same++;
  return same;
}

function lengthOf(text: string, actual: string, at: number): number | null {
  return actual.startsWith(text, at) ? text.length : null;
}

function matchLength(form: string, actual: string, at: number): number | null {
  const pattern = new RegExp(form, 'y');
  pattern.lastIndex = at;
  return pattern.exec(actual)?.[0].length ?? null;
}

/** A character U+DC80..U+DCFF stands for the one byte 0x80..0xFF; everything else is UTF-8. */
export function bytesFromText(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part) =>
      /^[\udc80-\udcff]$/.test(part) ? Buffer.from([part.charCodeAt(0) & 0xff]) : Buffer.from(part),
    ),
  );
}
