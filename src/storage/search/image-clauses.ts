import type { Image } from '../../core/image';
import type { ImageCondition, ImageField } from '../../core/ports';
import { columns } from '../images/image-rows';
import { type Clause, clauseOf } from './sql-clause';
import { tagClause } from './tag-clause';

const operators = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** The SQL of a condition on `images i`. */
export function conditionClause(condition: ImageCondition): Clause {
  switch (condition.kind) {
    case 'field':
      return clauseOf(
        `${comparable(condition.field)} ${operators[condition.op]} ${placeOf(condition.value)}`,
        [condition.value],
      );
    case 'field-in':
      return clauseOf(`${columnOf(condition.field)} = any(?)`, [condition.values]);
    case 'property':
      return hasProperty('= ?', condition.name, condition.value);
    case 'property-in':
      return hasProperty('= any(?)', condition.name, condition.values);
    case 'property-or-absent':
      return negated(hasProperty('<> ?', condition.name, condition.value));
    case 'name-contains':
      // In the column's own collation only ASCII has letter case.
      return clauseOf('position(lower(?::text collate "default") in lower(i.name collate "default")) > 0', [
        condition.text,
      ]);
    case 'tags':
      return tagClause(condition.condition);
  }
}

/** Postgres would take a number's type from the column, and refuse one that the column cannot hold. */
function placeOf(value: string | number | boolean): string {
  return typeof value === 'number' ? '?::bigint' : '?';
}

function negated({ text, bindings }: Clause): Clause {
  return clauseOf(`not (${text})`, bindings);
}

/**
 * Compares `["name","value"]` as JSON.stringify wrote it. `->` and `->>` fail at the first name or value of any image
 * that holds `\u0000` or half a surrogate pair, since Postgres has no text for it.
 */
function hasProperty(test: string, name: string, value: string | readonly string[]): Clause {
  const written = typeof value === 'string' ? pairText(name, value) : value.map((one) => pairText(name, one));
  return clauseOf(
    `exists (select 1 from json_array_elements(i.properties) p
      where starts_with(p.value::text, ?) and p.value::text ${test})`,
    [`[${JSON.stringify(name)},`, written],
  );
}

function pairText(name: string, value: string): string {
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
