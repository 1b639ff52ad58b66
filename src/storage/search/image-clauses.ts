import type { ImageCondition, ImageField } from '../../core/ports';
import type { TagCondition } from '../../core/tag-condition';
import { imageColumns } from '../images/image-rows';
import { type SqlClause, clauseWithBindings } from './sql-clause';

const operators = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

type TagsCondition = Extract<ImageCondition, { kind: 'tags' }>;
type PropertyCondition = Extract<ImageCondition, { kind: 'property' }>;
type OrAbsentCondition = Extract<ImageCondition, { kind: 'property-or-absent' }>;
type FieldCondition = Exclude<ImageCondition, TagsCondition | PropertyCondition | OrAbsentCondition>;

/** A search's conditions by where they are looked up: in the columns of `images i`, or among the tags. */
export interface SplitConditions {
  readonly fields: readonly SqlClause[];
  readonly tags: readonly TagCondition[];
  /** Those of `fields` that an index of the project leads to; few images are behind it. */
  readonly sought: readonly SqlClause[];
  /** What `fields` say of the id and the age, so that the indexes that have this order can begin and end there. */
  readonly ranges: readonly SqlClause[];
}

/** The conditions without duplicates; many still give few SQL texts. */
export function splitConditions(conditions: readonly ImageCondition[]): SplitConditions {
  const distinct = [
    ...new Map(conditions.map((condition) => [JSON.stringify(condition), condition])).values(),
  ];
  const tags: TagsCondition[] = [];
  const properties: PropertyCondition[] = [];
  const orAbsent: OrAbsentCondition[] = [];
  const fields: FieldCondition[] = [];
  for (const one of distinct) {
    if (one.kind === 'tags') tags.push(one);
    else if (one.kind === 'property') properties.push(one);
    else if (one.kind === 'property-or-absent') orAbsent.push(one);
    else fields.push(one);
  }
  return {
    fields: [
      ...fields.map(fieldClause),
      ...(properties.length > 0 ? [haveProperties(properties)] : []),
      ...(orAbsent.length > 0 ? [haveNoOthers(orAbsent)] : []),
    ],
    tags: tags.map(({ condition }) => condition),
    sought: fields.filter(isSought).map(fieldClause),
    ranges: fields.flatMap(rangesOf),
  };
}

const indexed: readonly ImageField[] = ['id', 'name', 'checksum', 'hashValue'];

function isSought(condition: FieldCondition): boolean {
  if (condition.kind === 'name-contains') return false;
  const isEqual = condition.kind === 'field-in' || condition.op === 'eq';
  return isEqual && indexed.includes(condition.field);
}

function rangesOf(condition: FieldCondition): SqlClause[] {
  if (condition.kind !== 'field' || condition.op === 'neq') return [];
  const { field, op, value } = condition;
  if (field === 'id') return op === 'eq' ? [] : [fieldClause(condition)];
  if (field !== 'createdAt') return [];
  const begin = clauseWithBindings('i.created_at >= ?', [value]);
  // A second compared as a whole includes its last moment.
  const end = clauseWithBindings("i.created_at < cast(? as timestamptz) + interval '1 second'", [value]);
  if (op === 'eq') return [begin, end];
  return op === 'gt' || op === 'gte' ? [begin] : [end];
}

function fieldClause(condition: FieldCondition): SqlClause {
  switch (condition.kind) {
    case 'field':
      return clauseWithBindings(
        `${comparable(condition.field)} ${operators[condition.op]} ${placeOf(condition.value)}`,
        [condition.value],
      );
    case 'field-in':
      return clauseWithBindings(`${imageColumn(condition.field)} = any(?::text[])`, [condition.values]);
    case 'name-contains':
      // In the column's own collation only ASCII has letter case.
      return clauseWithBindings(
        'position(lower(?::text collate "default") in lower(i.name collate "default")) > 0',
        [condition.text],
      );
  }
}

/** Postgres would take a number's type from the column, and refuse one that the column cannot hold. */
function placeOf(value: string | number | boolean): string {
  return typeof value === 'number' ? '?::bigint' : '?';
}

/*
 * Properties are compared as `["name","value"]`, as JSON.stringify wrote it. `->` and `->>` fail at the first name or
 * value of any image that holds `\u0000` or half a surrogate pair, since Postgres has no text for it. A count is a
 * sub-select that is planned by itself; an `exists` would be a join.
 */

/** No image has a property twice, so that all are there when as many are found. */
function haveProperties(wanted: readonly PropertyCondition[]): SqlClause {
  const pairs = wanted.map(pairText);
  return clauseWithBindings(
    '(select count(*) from json_array_elements(i.properties) p where p.value::text = any(?::text[])) = ?::int',
    [pairs, pairs.length],
  );
}

function haveNoOthers(wanted: readonly OrAbsentCondition[]): SqlClause {
  return clauseWithBindings(
    `(select count(*) from json_array_elements(i.properties) p
      join unnest(?::text[], ?::text[]) as w (begin, pair) on starts_with(p.value::text, w.begin)
      where p.value::text <> w.pair) = 0`,
    [wanted.map(({ name }) => `[${JSON.stringify(name)},`), wanted.map(pairText)],
  );
}

function pairText({ name, value }: { name: string; value: string }): string {
  return JSON.stringify([name, value]);
}

/** Clients see whole seconds, so whole seconds are what they compare. */
function comparable(field: ImageField): string {
  const column = imageColumn(field);
  return field === 'createdAt' || field === 'updatedAt' ? `date_trunc('second', ${column})` : column;
}

export function imageColumn(field: ImageField): string {
  const column =
    field === 'owner' ? imageColumns.projectId : field === 'id' ? imageColumns.imageId : imageColumns[field];
  return `i.${column}`;
}
