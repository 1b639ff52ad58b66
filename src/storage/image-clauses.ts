import type { Image } from '../core/image';
import type { ImageCondition, ImageField } from '../core/ports';
import { columns } from './image-rows';
import { type Clause, clauseOf } from './sql-clause';
import { tagClause } from './tag-clause';

const operators = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** The SQL of a condition on `images i`. */
export function conditionClause(condition: ImageCondition): Clause {
  switch (condition.kind) {
    case 'field':
      return clauseOf(`${comparable(condition.field)} ${operators[condition.op]} ?`, [condition.value]);
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

function negated({ text, bindings }: Clause): Clause {
  return clauseOf(`not (${text})`, bindings);
}

function hasProperty(test: string, name: string, value: string | readonly string[]): Clause {
  return clauseOf(
    `exists (select 1 from json_array_elements(i.properties) p where p.value ->> 0 = ? and p.value ->> 1 ${test})`,
    [name, value],
  );
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

/** Fields that may be null sort as empty text or zero, so that a page can start behind any of them. */
export function sortable(field: ImageField): string {
  const column = columnOf(field);
  if (field === 'size' || field === 'virtualSize') return `coalesce(${column}, 0)`;
  const mayBeNull = ['name', 'diskFormat', 'containerFormat', 'checksum', 'hashAlgo', 'hashValue'];
  return mayBeNull.includes(field) ? `coalesce(${column}, '')` : column;
}

/** What `sortable` gives for one image. */
export function valueOf(image: Image, field: ImageField): string | number | boolean {
  if (field === 'owner') return image.projectId;
  if (field === 'id') return image.imageId;
  return image[field] ?? (field === 'size' || field === 'virtualSize' ? 0 : '');
}
