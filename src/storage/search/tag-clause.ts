import type { TagCondition } from '../../core/tag-condition';
import { tagFromName } from '../../core/tag';
import { type Clause, clauseOf, joined } from './sql-clause';

const ofImage = 'select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id';

/** Postgres plans the first few as joins, and begins with the rarest. */
const mostJoins = 2;

/** The SQL of conditions on the tags of `images i`, none of which may be asked for twice. */
export function tagClauses(conditions: readonly TagCondition[]): Clause[] {
  const joins = conditions.filter(isOneTag).slice(0, mostJoins);
  const others = conditions.filter((condition) => !joins.some((one) => one === condition));
  const names = others.flatMap((condition) => (condition.kind === 'name' ? [condition.name] : []));
  const rest = others.filter(({ kind }) => kind !== 'name');
  return [
    ...joins.map((condition) => exists(tagOf(condition))),
    ...(names.length > 0 ? [hasNames(names)] : []),
    ...rest.map(lookedUp),
  ];
}

type OneTag = Extract<TagCondition, { kind: 'name' | 'key' }>;

function isOneTag(condition: TagCondition): condition is OneTag {
  return condition.kind === 'name' || condition.kind === 'key';
}

/** What `image_tags t` must be. */
function tagOf(condition: OneTag): Clause {
  if (condition.kind === 'name') {
    // The name alone would do; its key and value are what the index is by.
    const { name, key, value } = tagFromName(condition.name);
    return clauseOf('t.key = ? and t.value = ? and t.name = ?', [key, value, name]);
  }
  const { key, values } = condition;
  return values.length === 0
    ? clauseOf('t.key = ?', [key])
    : clauseOf('t.key = ? and t.value = any(?)', [key, values]);
}

function exists({ text, bindings }: Clause, end = ''): Clause {
  return clauseOf(`exists (${ofImage} and ${text}${end})`, bindings);
}

/** No image has a text twice. A count is a sub-select that is planned by itself. */
function hasNames(names: readonly string[]): Clause {
  const counted = ofImage.replace('select 1', 'select count(*)');
  return clauseOf(`(${counted} and t.name = any(?)) = ?`, [names, names.length]);
}

/**
 * Looked up for each image, as `offset 0` demands: Postgres plans any other `exists` as a join, and the time for that grows
 * with their square, 1.4 s for fifty.
 */
function lookedUp(condition: TagCondition): Clause {
  switch (condition.kind) {
    case 'name':
    case 'key':
      return exists(tagOf(condition), ' offset 0');
    case 'untagged':
      return clauseOf(`not exists (${ofImage})`, []);
    case 'all':
      return grouped(condition.of, ' and ', 'true');
    case 'any':
      if (condition.of.length > 0 && condition.of.every(isOneTag)) return hasOneOf(condition.of);
      return grouped(condition.of, ' or ', 'false');
    case 'not': {
      const inner = lookedUp(condition.of);
      return clauseOf(`not (${inner.text})`, inner.bindings);
    }
  }
}

/** One look at the image's tags for all of them. */
function hasOneOf(conditions: readonly OneTag[]): Clause {
  const { text, bindings } = joined(conditions.map(tagOf), ') or (', 'false');
  return exists(clauseOf(`((${text}))`, bindings), ' offset 0');
}

function grouped(parts: readonly TagCondition[], between: string, none: string): Clause {
  const { text, bindings } = joined(parts.map(lookedUp), between, none);
  return clauseOf(`(${text})`, bindings);
}
