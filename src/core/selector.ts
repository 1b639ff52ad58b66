import type { TagCondition } from './tag-condition';

/** A syntax error: the place counts UTF-16 units from 0, `expected` is what may stand there. */
export interface SelectorSyntaxError {
  readonly at: number;
  readonly expected:
    'a key' | 'a value' | 'an operator' | 'a comma' | 'a comma or ")"' | 'a closing quote' | '"("' | 'less';
}

export type ParsedSelector = { readonly condition: TagCondition } | { readonly fault: SelectorSyntaxError };

/** More is an attack, not a query: each becomes part of one SQL statement. */
const most = { requirements: 64, values: 128, length: 8192 } as const;

/**
 * Kubernetes' label selectors over keys and values (`a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`,
 * comma is AND), with `"quoted text"` for anything but a plain word, and `name:"a=b"` for a tag by its whole text.
 * As there, `!=` and `notin` also match what lacks the key. An empty selector matches everything.
 */
export function parseSelector(text: string): ParsedSelector {
  if (text.length > most.length) return { fault: { at: most.length, expected: 'less' } };
  try {
    return { condition: { kind: 'all', of: new Parser(text).requirements() } };
  } catch (error) {
    if (error instanceof SyntaxFault) return { fault: error.fault };
    throw error;
  }
}

/** @returns a sentence; places count from 1 */
export function selectorFaultText({ at, expected }: SelectorSyntaxError): string {
  const what = expected === 'less' ? 'It asks too much' : `Expected ${expected}`;
  return `${what} at character ${String(at + 1)}.`;
}

class SyntaxFault extends Error {
  constructor(readonly fault: SelectorSyntaxError) {
    super(fault.expected);
  }
}

const space = /[ \t\r\n]*/y;
const word = /[A-Za-z0-9_./-]+/y;
/** Quotes and backslashes are escaped with a backslash. */
const quoted = /"((?:[^"\\]|\\["\\])*)"/y;
const operator = /==|!=|=/y;

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  requirements(): TagCondition[] {
    const found: TagCondition[] = [];
    this.skip(space);
    while (this.at < this.text.length) {
      if (found.length > 0) this.need(',', 'a comma');
      if (found.length === most.requirements) this.refuse('less');
      found.push(this.requirement());
      this.skip(space);
    }
    return found;
  }

  private requirement(): TagCondition {
    if (this.take('!')) return { kind: 'not', of: this.named() };
    const key = this.key();
    if (key.isName) return nameOf(key.text);
    const sign = this.skip(operator);
    if (sign !== undefined) return compared(key.text, [this.value()], sign === '!=');
    const here = this.at;
    const verb = this.skip(word);
    if (verb === undefined) return keyOf(key.text, []);
    if (verb !== 'in' && verb !== 'notin') this.refuse('an operator', here);
    return compared(key.text, this.values(), verb === 'notin');
  }

  private named(): TagCondition {
    const key = this.key();
    return key.isName ? nameOf(key.text) : keyOf(key.text, []);
  }

  /** The key, or after `name:` the whole text of a tag. */
  private key(): { readonly text: string; readonly isName: boolean } {
    this.skip(space);
    const isQuoted = this.text[this.at] === '"';
    const text = this.literal() ?? this.refuse('a key');
    this.skip(space);
    if (isQuoted || text !== 'name' || !this.take(':')) return { text, isName: false };
    const name = this.literal() ?? this.refuse('a value');
    this.skip(space);
    return { text: name, isName: true };
  }

  private values(): string[] {
    this.need('(', '"("');
    const found = [this.value()];
    while (!this.take(')')) {
      this.need(',', 'a comma or ")"');
      if (found.length === most.values) this.refuse('less');
      found.push(this.value());
    }
    return found;
  }

  /** `''` for a tag without a value. */
  private value(): string {
    this.skip(space);
    const found = this.literal() ?? '';
    this.skip(space);
    if (found === '' && !/^["),]?$/.test(this.text[this.at] ?? '')) this.refuse('a value');
    return found;
  }

  private literal(): string | undefined {
    this.skip(space);
    if (this.text[this.at] !== '"') return this.skip(word);
    const found = this.skip(quoted) ?? this.refuse('a closing quote', this.text.length);
    return found.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  private need(sign: string, expected: SelectorSyntaxError['expected']): void {
    if (!this.take(sign)) this.refuse(expected);
  }

  private take(sign: string): boolean {
    this.skip(space);
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  /** Consumes what the pattern matches here. */
  private skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private refuse(expected: SelectorSyntaxError['expected'], at = this.at): never {
    throw new SyntaxFault({ at, expected });
  }
}

function nameOf(name: string): TagCondition {
  return { kind: 'name', name };
}

function keyOf(key: string, values: readonly string[]): TagCondition {
  return { kind: 'key', key, values };
}

function compared(key: string, values: readonly string[], isNot: boolean): TagCondition {
  const has = keyOf(key, values);
  return isNot ? { kind: 'not', of: has } : has;
}
