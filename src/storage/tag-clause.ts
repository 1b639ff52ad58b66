import { tagFromName } from '../core/tag';
import type { TagCondition } from '../core/tag-condition';
import { type Clause, clauseOf, joined } from './sql-clause';

const ofImage = 'select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id';

/** Whose images are looked through. */
export type Reach = 'one-project' | 'many-projects';

/** The SQL of a condition on the tags of `images i`. */
export function tagClause(condition: TagCondition, reach: Reach): Clause {
  switch (condition.kind) {
    case 'name':
      return named(condition.name, reach);
    case 'key':
      return condition.values.length === 0
        ? clauseOf(`exists (${ofImage} and t.key = ?)`, [condition.key])
        : clauseOf(`exists (${ofImage} and t.key = ? and t.value = any(?))`, [
            condition.key,
            condition.values,
          ]);
    case 'untagged':
      return clauseOf(`not exists (${ofImage})`, []);
    case 'all':
      return grouped(condition.of, reach, ' and ', 'true');
    case 'any':
      return grouped(condition.of, reach, ' or ', 'false');
    case 'not': {
      const inner = tagClause(condition.of, reach);
      return clauseOf(`not (${inner.text})`, inner.bindings);
    }
  }
}

/**
 * Key and value are what the index is by, and they say it all, but that `a` and `a=` are one pair: then the other text
 * is ruled out. To ask for the name as well is right, but Postgres takes the three for independent, expects a hundred
 * images where there are thousands, and reads and sorts every one of them for a page. Over many projects that index,
 * which begins with the project, leads nowhere, and what is known of names alone makes the better plan.
 */
function named(text: string, reach: Reach): Clause {
  const { name, key, value } = tagFromName(text);
  const pair = `${ofImage} and t.key = ? and t.value = ?`;
  if (reach === 'many-projects') return clauseOf(`exists (${pair} and t.name = ?)`, [key, value, name]);
  if (value !== '') return clauseOf(`exists (${pair})`, [key, value]);
  return clauseOf(`exists (${pair} and t.name <> ?)`, [key, value, name === key ? `${key}=` : key]);
}

function grouped(parts: readonly TagCondition[], reach: Reach, between: string, none: string): Clause {
  const clauses = parts.map((part) => tagClause(part, reach));
  const { text, bindings } = joined(clauses, between, none);
  return clauseOf(`(${text})`, bindings);
}
