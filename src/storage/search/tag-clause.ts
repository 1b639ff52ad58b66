import { tagFromName } from '../../core/tag';
import type { TagCondition } from '../../core/tag-condition';
import { type Clause, clauseOf, joined } from './sql-clause';

const ofImage = 'select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id';

/** The SQL of a condition on the tags of `images i`. */
export function tagClause(condition: TagCondition): Clause {
  switch (condition.kind) {
    case 'name': {
      // The name alone would do; its key and value are what the index is by.
      const { name, key, value } = tagFromName(condition.name);
      return clauseOf(`exists (${ofImage} and t.key = ? and t.value = ? and t.name = ?)`, [key, value, name]);
    }
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
      return grouped(condition.of, ' and ', 'true');
    case 'any':
      return grouped(condition.of, ' or ', 'false');
    case 'not': {
      const inner = tagClause(condition.of);
      return clauseOf(`not (${inner.text})`, inner.bindings);
    }
  }
}

function grouped(parts: readonly TagCondition[], between: string, none: string): Clause {
  const { text, bindings } = joined(parts.map(tagClause), between, none);
  return clauseOf(`(${text})`, bindings);
}
