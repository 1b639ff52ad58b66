import type { Image } from '../../core/image';
import type { ImageCondition, ImageField } from '../../core/ports';
import { columns } from '../images/image-rows';
import { type Clause, clauseOf } from './sql-clause';
import { tagClauses } from './tag-clause';

const operators = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

type TagsCondition = Extract<ImageCondition, { kind: 'tags' }>;
type PropertyCondition = Extract<ImageCondition, { kind: 'property' }>;
type OrAbsentCondition = Extract<ImageCondition, { kind: 'property-or-absent' }>;
type FieldCondition = Exclude<ImageCondition, TagsCondition | PropertyCondition | OrAbsentCondition>;

/** The SQL of conditions on `images i`: few texts, also of many conditions. What is asked twice is asked once. */
export function whereClauses(conditions: readonly ImageCondition[]): Clause[] {
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
  return [
    ...fields.map(fieldClause),
    ...(properties.length > 0 ? [haveProperties(properties)] : []),
    ...(orAbsent.length > 0 ? [haveNoOthers(orAbsent)] : []),
    ...tagClauses(tags.map(({ condition }) => condition)),
  ];
}

function fieldClause(condition: FieldCondition): Clause {
  switch (condition.kind) {
    case 'field':
      return clauseOf(
        `${comparable(condition.field)} ${operators[condition.op]} ${placeOf(condition.value)}`,
        [condition.value],
      );
    case 'field-in':
      return clauseOf(`${columnOf(condition.field)} = any(?)`, [condition.values]);
    case 'name-contains':
      // In the column's own collation only ASCII has letter case.
      return clauseOf('position(lower(?::text collate "default") in lower(i.name collate "default")) > 0', [
        condition.text,
      ]);
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
function haveProperties(wanted: readonly PropertyCondition[]): Clause {
  const pairs = wanted.map(pairText);
  return clauseOf(
    '(select count(*) from json_array_elements(i.properties) p where p.value::text = any(?)) = ?',
    [pairs, pairs.length],
  );
}

function haveNoOthers(wanted: readonly OrAbsentCondition[]): Clause {
  return clauseOf(
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
  const column = columnOf(field);
  return field === 'createdAt' || field === 'updatedAt' ? `date_trunc('second', ${column})` : column;
}

function columnOf(field: ImageField): string {
  const column = field === 'owner' ? columns.projectId : field === 'id' ? columns.imageId : columns[field];
  return `i.${column}`;
}

/** One part of an order: an expression over `images i`, and what it is for the image that a page starts behind. */
export interface SortPart {
  readonly expression: string;
  readonly valueOf: (image: Image) => string | number | boolean;
}

const mayBeNull: readonly ImageField[] = [
  'name',
  'diskFormat',
  'containerFormat',
  'checksum',
  'hashAlgo',
  'hashValue',
  'size',
  'virtualSize',
];

/**
 * What has no value comes last when ascending, as Postgres has it, and with it Glance on Postgres. It is spelled
 * out in expressions that are never null, so that a page can start behind any of them.
 */
export function sortParts(field: ImageField): SortPart[] {
  const column = columnOf(field);
  if (!mayBeNull.includes(field))
    return [{ expression: column, valueOf: (image) => fieldOf(image, field) ?? '' }];
  const blank = field === 'size' || field === 'virtualSize' ? 0 : '';
  return [
    { expression: `(${column} is null)`, valueOf: (image) => fieldOf(image, field) === null },
    {
      expression: `coalesce(${column}, ${blank === 0 ? '0' : "''"})`,
      valueOf: (image) => fieldOf(image, field) ?? blank,
    },
  ];
}

function fieldOf(image: Image, field: ImageField): string | number | boolean | null {
  if (field === 'owner') return image.projectId;
  return field === 'id' ? image.imageId : image[field];
}
