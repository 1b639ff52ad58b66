import type { Image } from '../../core/image';
import type { ImageField, SortKey } from '../../core/ports';
import { columnOf } from './image-clauses';
import { type Clause, clauseOf } from './sql-clause';

/** The order of a list, as SQL on `images i`. */
export interface Order {
  readonly text: string;
  /** What lies behind the image that a page starts behind; none without one. */
  readonly behind: readonly Clause[];
  /** Whether it is by age, which indexes have; `desc` begins with the newest. */
  readonly byAge: 'asc' | 'desc' | null;
}

export function orderOf(sort: readonly SortKey[], marker: Image | null): Order {
  const distinct = distinctKeys(sort);
  const keys = distinct.flatMap(keysOf);
  return {
    text: keys.map(({ expression, descending }) => `${expression} ${descending ? 'desc' : 'asc'}`).join(', '),
    behind: marker ? [behindMarker(keys, marker)] : [],
    byAge: ageOf(distinct),
  };
}

/** A field that is sorted by again changes nothing; a request can name one a thousand times. */
function distinctKeys(keys: readonly SortKey[]): SortKey[] {
  return keys.filter((key, index) => keys.findIndex(({ field }) => field === key.field) === index);
}

function ageOf([first, second]: readonly SortKey[]): Order['byAge'] {
  if (first?.field !== 'createdAt' || second?.field !== 'id') return null;
  if (first.descending !== second.descending) return null;
  return first.descending ? 'desc' : 'asc';
}

/** One part of an order: an expression over `images i`, and what it is for the image that a page starts behind. */
interface OrderKey {
  readonly expression: string;
  readonly valueOf: (image: Image) => string | number | boolean;
  readonly descending: boolean;
}

function keysOf({ field, descending }: SortKey): OrderKey[] {
  return partsOf(field).map((part) => ({ ...part, descending }));
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
function partsOf(field: ImageField): Omit<OrderKey, 'descending'>[] {
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

/** (a, b, c) behind the marker's: a beyond, or a equal and (b beyond, or b equal and ...). */
function behindMarker(keys: readonly OrderKey[], marker: Image): Clause {
  const values = keys.map((key) => key.valueOf(marker));
  // One direction throughout is a plain row comparison, which an index can serve.
  if (keys.every((key) => key.descending === keys[0]?.descending)) {
    const left = keys.map((key) => key.expression).join(', ');
    const places = keys.map(() => '?').join(', ');
    return clauseOf(`(${left}) ${beyondOf(keys[0])} (${places})`, values);
  }
  const text = keys.reduceRight((rest, key) => {
    const beyond = `${key.expression} ${beyondOf(key)} ?`;
    return rest === '' ? beyond : `(${beyond} or (${key.expression} = ? and ${rest}))`;
  }, '');
  return clauseOf(
    text,
    values.flatMap((value, index) => (index < values.length - 1 ? [value, value] : [value])),
  );
}

function beyondOf(key: OrderKey | undefined): string {
  return key?.descending === true ? '<' : '>';
}
