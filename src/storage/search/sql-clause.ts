export type Binding = string | number | boolean | null | readonly (string | number | null)[];

/** A piece of SQL with `?` for its bindings, in order. Values never enter the text. */
export interface Clause {
  readonly text: string;
  readonly bindings: readonly Binding[];
}

export function clauseOf(text: string, bindings: readonly Binding[]): Clause {
  return { text, bindings };
}

/** @param none what an empty list means */
export function joined(clauses: readonly Clause[], between: string, none: string): Clause {
  if (clauses.length === 0) return clauseOf(none, []);
  return clauseOf(
    clauses.map(({ text }) => text).join(between),
    clauses.flatMap(({ bindings }) => bindings),
  );
}

/** SQL with clauses put in where they stand, and bindings in place of every other value. */
export function spliced(texts: TemplateStringsArray, ...parts: readonly (Clause | Binding)[]): Clause {
  const clauses = parts.map((part) => (isClause(part) ? part : clauseOf('?', [part])));
  return clauseOf(
    texts.reduce((text, next, index) => text + (clauses[index - 1]?.text ?? '') + next),
    clauses.flatMap(({ bindings }) => bindings),
  );
}

function isClause(part: Clause | Binding): part is Clause {
  return typeof part === 'object' && part !== null && 'bindings' in part;
}

/** SQL without values. */
export function raw(text: string): Clause {
  return clauseOf(text, []);
}

export function allOf(clauses: readonly Clause[]): Clause {
  return joined(clauses, ' and ', 'true');
}

/** With `$1`, `$2` ... for the bindings, as Postgres takes them. A question mark stands for nothing else in this SQL. */
export function numbered({ text }: Clause): string {
  let place = 0;
  return text.replaceAll('?', () => `$${String(++place)}`);
}
