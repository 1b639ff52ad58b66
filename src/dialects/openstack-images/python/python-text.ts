/*
 * Glance's schema errors show values as Python prints them, so that is part of the wire format: `None`,
 * `['a']`, `'it\'s'`, and its pretty printer's line breaks at a width of 72.
 */

type Members = readonly (readonly [name: string, value: unknown])[];

/** A whole number that was written as a fraction (`1.0`, `1e3`): it counts as whole, but Python shows what it is. */
export class WholeFloat {
  constructor(private readonly value: number) {}

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return `${Object.is(this.value, -0) ? '-0' : String(this.value)}.0`;
  }
}

/** A value of JSON as Python's `repr` writes it. @param order of members: as sent, or as its pretty printer has them */
export function pythonRepr(value: unknown, order: 'sent' | 'sorted' = 'sent'): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return numberRepr(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return textRepr(value);
  if (value instanceof WholeFloat) return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => pythonRepr(item, order)).join(', ')}]`;
  return `{${membersIn(order, value)
    .map(([name, member]) => `${textRepr(name)}: ${pythonRepr(member, order)}`)
    .join(', ')}}`;
}

/** A value of JSON as Python's `str` writes it: a text is not quoted. */
export function pythonStr(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** As `pythonRepr` over several lines where one would be wider than 72 columns. */
export function pythonPretty(value: unknown, order: 'sent' | 'sorted'): string {
  return new PrettyPrinter(72, order).print(value, 0, 0, 1);
}

function membersOf(value: unknown): Members {
  return value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value as object);
}

function membersIn(order: 'sent' | 'sorted', value: unknown): Members {
  const members = membersOf(value);
  return order === 'sent' ? members : [...members].sort(([a], [b]) => (a < b ? -1 : 1));
}

function numberRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isSafeInteger(value)) return String(value);
  // Python writes an exponent from 1e-05 down and from 1e+16 up, JavaScript from 1e-7 and 1e+21.
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e16 ? value.toExponential() : String(value);
  return text.replace(/e-(\d)$/, 'e-0$1');
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const notPrinted = /\\|[\p{C}\p{Z}]/gu;

function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(notPrinted, (char) => (char === ' ' ? char : (named[char] ?? hex(char))));
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function hex(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

const lineEnds = '\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029';

/** Every line with its end, as Python's `splitlines` knows them. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (!lineEnds.includes(text.charAt(at)) || text.startsWith('\r\n', at)) continue;
    lines.push(text.slice(from, at + 1));
    from = at + 1;
  }
  return from < text.length ? [...lines, text.slice(from)] : lines;
}

/** Widths are counted in code points. */
function lengthOf(text: string): number {
  return [...text].length;
}

class PrettyPrinter {
  constructor(
    private readonly width: number,
    private readonly order: 'sent' | 'sorted',
  ) {}

  /**
   * @param indent columns that are taken on this line already
   * @param allowance columns that must stay free at the end for closing brackets
   * @param depth 1 for the outermost value: only there a broken text has parentheses
   */
  print(value: unknown, indent: number, allowance: number, depth: number): string {
    const whole = pythonRepr(value, this.order);
    if (lengthOf(whole) <= this.width - indent - allowance) return whole;
    if (typeof value === 'string') return this.printText(value, indent, allowance, depth);
    if (Array.isArray(value)) return this.printList(value, indent, allowance, depth);
    if (typeof value === 'object' && value !== null && !(value instanceof WholeFloat)) {
      return this.printMembers(membersIn(this.order, value), indent, allowance, depth);
    }
    return whole;
  }

  private printList(list: readonly unknown[], indent: number, allowance: number, depth: number): string {
    const lines = list.map((item, index) =>
      this.print(item, indent + 1, index === list.length - 1 ? allowance + 1 : 1, depth + 1),
    );
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  }

  private printMembers(members: Members, indent: number, allowance: number, depth: number): string {
    const lines = members.map(([name, value], index) => {
      const label = `${textRepr(name)}: `;
      const free = index === members.length - 1 ? allowance + 1 : 1;
      return label + this.print(value, indent + 1 + lengthOf(label), free, depth + 1);
    });
    return `{${lines.join(`,\n${' '.repeat(indent + 1)}`)}}`;
  }

  /** A text breaks behind its own line ends, and behind white space where a line is still too wide. */
  private printText(text: string, indent: number, allowance: number, depth: number): string {
    const outer = depth === 1;
    const column = outer ? indent + 1 : indent;
    const free = outer ? allowance + 1 : allowance;
    const lines = linesOf(text);
    const chunks = lines.flatMap((line, index) =>
      this.chunksOf(line, this.width - column, index === lines.length - 1 ? free : 0),
    );
    if (chunks.length === 1) return textRepr(text);
    const joined = chunks.map(textRepr).join(`\n${' '.repeat(column)}`);
    return outer ? `(${joined})` : joined;
  }

  private chunksOf(line: string, width: number, free: number): string[] {
    if (lengthOf(textRepr(line)) <= width - free) return [line];
    const words = line.match(/\S+\s*|\s+/g) ?? [];
    const chunks: string[] = [];
    let current = '';
    words.forEach((word, index) => {
      const room = index === words.length - 1 ? width - free : width;
      if (lengthOf(textRepr(current + word)) > room) {
        if (current !== '') chunks.push(current);
        current = word;
      } else {
        current += word;
      }
    });
    if (current !== '') chunks.push(current);
    return chunks;
  }
}

/** A text as Python's `int` reads it: spaces around, a sign, `_` between digits. */
export function pythonInteger(text: string): number | undefined {
  const digits = text.trim();
  return /^[+-]?\d+(?:_\d+)*$/.test(digits) ? Number(digits.replaceAll('_', '')) : undefined;
}
