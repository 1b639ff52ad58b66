import { isStorableText } from '../../../core/tag';
import { WholeFloat } from './python-text';

/** Python reads no longer whole number than this, and turning one of a million digits into a bigint takes a second. */
const mostDigits = 4300;

/** Nothing that Glance takes is deeper than three levels; a limit keeps the stack. */
const maxDepth = 200;

// Sticky: each is tried at the place that has been reached, so the text is passed over once.
const space = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- JSON texts hold no raw control characters
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

const words: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  // No JSON, but Python's reader takes them.
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];

/** JSON, but with a text in it that no database takes: NUL, or half a surrogate pair. */
export class UnstorableText extends Error {}

/**
 * A text of JSON: objects as Maps in the order of their members (the last of two with one name wins, and no
 * name is special), whole numbers too long for a `number` as bigint, and those written as fractions as WholeFloat.
 * @throws SyntaxError, UnstorableText
 */
export function parseOrderedJson(text: string): unknown {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): unknown {
    if (depth > maxDepth) throw this.fault();
    this.take(space);
    const begin = this.text[this.at];
    if (begin === '{') return this.object(depth);
    if (begin === '[') return this.array(depth);
    if (begin === '"') return this.string();
    for (const [word, value] of words) if (this.skip(word)) return value;
    const digits = this.take(number) || this.refuse();
    return digits.length > mostDigits && !isFraction(digits) ? this.refuse() : numberOf(digits);
  }

  end(): void {
    this.take(space);
    if (this.at < this.text.length) this.refuse();
  }

  private object(depth: number): Map<string, unknown> {
    const members = new Map<string, unknown>();
    this.list('{', '}', () => {
      this.take(space);
      const name = this.string();
      this.expect(':');
      members.set(name, this.value(depth + 1));
    });
    return members;
  }

  private array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.list('[', ']', () => items.push(this.value(depth + 1)));
    return items;
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open);
    this.take(space);
    if (this.skip(close)) return;
    do {
      item();
      this.take(space);
    } while (this.skip(','));
    this.expect(close);
  }

  private string(): string {
    const found = this.take(string) || this.refuse();
    if (!found.includes('\\')) return found.slice(1, -1);
    const text = JSON.parse(found) as string;
    if (!isStorableText(text)) throw new UnstorableText();
    return text;
  }

  private expect(mark: string): void {
    this.take(space);
    if (!this.skip(mark)) this.refuse();
  }

  private skip(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private refuse(): never {
    throw this.fault();
  }

  private fault(): SyntaxError {
    return new SyntaxError(`not JSON at character ${String(this.at)}`);
  }
}

function numberOf(text: string): number | bigint | WholeFloat {
  const value = Number(text);
  if (isFraction(text)) return Number.isSafeInteger(value) ? new WholeFloat(value) : value;
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function isFraction(number: string): boolean {
  return /[.eE]/.test(number);
}
