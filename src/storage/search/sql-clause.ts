export type SqlBinding = string | number | boolean | null | readonly (string | number | null)[];

/** A piece of SQL with `?` for its bindings, in order. Values never enter the text. */
export interface SqlClause {
  readonly text: string;
  readonly bindings: readonly SqlBinding[];
}

export function clauseWithBindings(text: string, bindings: readonly SqlBinding[]): SqlClause {
  return { text, bindings };
}

/** @param none what an empty list means */
export function joinClauses(clauses: readonly SqlClause[], between: string, none: string): SqlClause {
  if (clauses.length === 0) return clauseWithBindings(none, []);
  return clauseWithBindings(
    clauses.map(({ text }) => text).join(between),
    clauses.flatMap(({ bindings }) => bindings),
  );
}

/** SQL with clauses put in where they stand, and bindings in place of every other value. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (SqlClause | SqlBinding)[]): SqlClause {
  const clauses = parts.map((part) => (isClause(part) ? part : clauseWithBindings('?', [part])));
  return clauseWithBindings(
    texts.reduce((text, next, index) => text + (clauses[index - 1]?.text ?? '') + next),
    clauses.flatMap(({ bindings }) => bindings),
  );
}

function isClause(part: SqlClause | SqlBinding): part is SqlClause {
  return typeof part === 'object' && part !== null && 'bindings' in part;
}

/** SQL without values. */
export function rawClause(text: string): SqlClause {
  return clauseWithBindings(text, []);
}

export function andClauses(clauses: readonly SqlClause[]): SqlClause {
  return joinClauses(clauses, ' and ', 'true');
}

/** With `$1`, `$2` ... for the bindings, as Postgres takes them. A question mark stands for nothing else in this SQL. */
export function numberedSql({ text }: SqlClause): string {
  let place = 0;
  return text.replaceAll('?', () => `$${String(++place)}`);
}
