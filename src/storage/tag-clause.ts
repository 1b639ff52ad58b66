import type { TagCondition } from '../core/tag-condition';
import { tagFromName } from '../core/tag';

type Clause = [sql: string, bindings: (string | string[])[]];

const ofImage = 'select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id';

/** The SQL of a condition on the tags of `images i`, with `?` for its bindings. */
export function tagClause(condition: TagCondition): Clause {
  switch (condition.kind) {
    case 'name': {
      // The name alone would do; its key and value are what the index is by.
      const { name, key, value } = tagFromName(condition.name);
      return [`exists (${ofImage} and t.key = ? and t.value = ? and t.name = ?)`, [key, value, name]];
    }
    case 'key':
      return condition.values.length === 0
        ? [`exists (${ofImage} and t.key = ?)`, [condition.key]]
        : [`exists (${ofImage} and t.key = ? and t.value = any(?))`, [condition.key, [...condition.values]]];
    case 'untagged':
      return [`not exists (${ofImage})`, []];
    case 'all':
      return joined(condition.of, ' and ', 'true');
    case 'any':
      return joined(condition.of, ' or ', 'false');
    case 'not': {
      const [inner, bindings] = tagClause(condition.of);
      return [`not ${inner}`, bindings];
    }
  }
}

function joined(parts: readonly TagCondition[], between: string, none: string): Clause {
  if (parts.length === 0) return [none, []];
  const clauses = parts.map(tagClause);
  return [`(${clauses.map(([text]) => text).join(between)})`, clauses.flatMap(([, bindings]) => bindings)];
}
