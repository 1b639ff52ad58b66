/** What stands for `${...}` in recordings. */
export interface Bindings {
  /** Names as between the braces, for example `TOKEN:alice`, `PROJECT:alpha`, `HOST`, `IMG`. */
  readonly known: ReadonlyMap<string, string>;
}

const placeholder = /\$\{([^}]+)\}/g;

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

function valueOf(name: string, { known }: Bindings): string | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  for (const [suffix, spell] of spellings) {
    const id = name.endsWith(suffix) ? known.get(name.slice(0, -suffix.length)) : undefined;
    if (id !== undefined) return spell(id);
  }
  return undefined;
}

/** @throws Error for a placeholder that nothing is bound to */
export function filled(text: string, bindings: Bindings): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = valueOf(name, bindings);
    if (value === undefined) throw new Error(`nothing is bound to ${whole}`);
    return value;
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Does a text have the recorded form? */
export function hasForm(recorded: string, actual: string, bindings: Bindings): boolean {
  let from = 0;
  let pattern = '';
  for (const { 0: whole, 1: name = '', index } of recorded.matchAll(placeholder)) {
    const value = valueOf(name, bindings);
    pattern += escaped(recorded.slice(from, index));
    pattern += value === undefined ? (forms[name] ?? escaped(whole)) : escaped(value);
    from = index + whole.length;
  }
  return new RegExp(`^${pattern}${escaped(recorded.slice(from))}$`, 's').test(actual);
}

/** A character U+DC80..U+DCFF stands for the one byte 0x80..0xFF; everything else is UTF-8. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/([\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part) =>
      /^[\udc80-\udcff]$/.test(part) ? Buffer.from([part.charCodeAt(0) & 0xff]) : Buffer.from(part),
    ),
  );
}
