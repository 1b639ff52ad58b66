export type Binding = string | number | boolean | readonly string[];

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
