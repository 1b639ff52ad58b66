import type { Image } from '../../core/image';
import type { ImageField, SortKey } from '../../core/ports';
import { imageColumn } from './image-clauses';
import { type SqlClause, clauseWithBindings } from './sql-clause';

/** The order of a list, as SQL on `images i`. */
export interface ImageOrder {
  readonly text: string;
  /** What lies behind the image that a page starts behind; none without one. */
  readonly behind: readonly SqlClause[];
  readonly isFirstDescending: boolean;
  /** The keys, each field once. */
  readonly keys: readonly SortKey[];
  readonly marker: Image | null;
  /** Whether the version of each image's row is found with it. */
  readonly hasVersions: boolean;
}

export function toImageOrder(
  sort: readonly SortKey[],
  marker: Image | null,
  hasVersions = false,
): ImageOrder {
  const keys = distinctKeys(sort);
  return {
    text: textOf(keys.flatMap(partsOfKey)),
    behind: marker ? [behindMarker(keys, marker)] : [],
    isFirstDescending: keys[0]?.descending === true,
    keys,
    marker,
    hasVersions,
  };
}

function textOf(parts: readonly OrderPart[]): string {
  return parts.map(({ expression, descending }) => `${expression} ${descending ? 'desc' : 'asc'}`).join(', ');
}

/** By name and no other way than one direction throughout. */
export function isByName({ keys }: ImageOrder): boolean {
  return (
    keys.length > 1 &&
    keys[0]?.field === 'name' &&
    keys.every(({ descending }) => descending === keys[0]?.descending)
  );
}

/** Whether an index of a project's images has the order. */
export function hasIndex(order: ImageOrder): boolean {
  return ordersByAge(order) || isByName(order) || order.keys[0]?.field === 'id';
}

/** By age, as indexes have it. */
export function ordersByAge({ keys: [first, second] }: Pick<ImageOrder, 'keys'>): boolean {
  if (first?.field !== 'createdAt' || second?.field !== 'id') return false;
  return first.descending === second.descending;
}

/** A field that is sorted by again changes nothing, and nothing is sorted behind the id. */
function distinctKeys(keys: readonly SortKey[]): SortKey[] {
  const distinct = keys.filter((key, index) => keys.findIndex(({ field }) => field === key.field) === index);
  const id = distinct.findIndex(({ field }) => field === 'id');
  return id < 0 ? distinct : distinct.slice(0, id + 1);
}

/** One part of an order: an expression over `images i`, and what it is for the image that a page starts behind. */
interface OrderPart {
  readonly expression: string;
  readonly valueOf: (image: Image) => string | number | boolean;
  readonly descending: boolean;
}

function partsOfKey({ field, descending }: SortKey): OrderPart[] {
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
function partsOf(field: ImageField): Omit<OrderPart, 'descending'>[] {
  const column = imageColumn(field);
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

/** Of an order by name the part of those that have one, or of those that have none: to each its own index range. */
export function orderPartByName(
  { keys, marker, hasVersions }: ImageOrder,
  isNamed: boolean,
): ImageOrder | undefined {
  const [name, ...later] = keys;
  if (name === undefined) return undefined;
  const parts = later.flatMap(partsOfKey);
  if (isNamed) parts.unshift({ expression: 'i.name', valueOf: (image) => image.name ?? '', ...name });
  const order = {
    ...{ keys, marker, hasVersions, text: textOf(parts) },
    ...{ behind: [], isFirstDescending: name.descending },
  };
  if (marker === null) return order;
  if ((marker.name !== null) === isNamed) return { ...order, behind: [behind(parts, marker)] };
  // Nameless ones come last when ascending: the other part lies before the marker, or behind it as a whole.
  return isNamed === name.descending ? order : undefined;
}

/** (a, b, c) behind the marker's: a beyond, or a equal and (b beyond, or b equal and ...). */
function behindMarker(keys: readonly SortKey[], marker: Image): SqlClause {
  return behind(keys.flatMap(partsOfKey), marker);
}

function behind(parts: readonly OrderPart[], marker: Image): SqlClause {
  const values = parts.map((part) => part.valueOf(marker));
  // One direction throughout is a plain row comparison, which an index can serve.
  if (parts.every((part) => part.descending === parts[0]?.descending)) {
    const left = parts.map((part) => part.expression).join(', ');
    const places = parts.map(placeOf).join(', ');
    return clauseWithBindings(`(${left}) ${beyondOf(parts[0])} (${places})`, values);
  }
  const text = parts.reduceRight((rest, part) => {
    const beyond = `${part.expression} ${beyondOf(part)} ?`;
    return rest === '' ? beyond : `(${beyond} or (${part.expression} = ? and ${rest}))`;
  }, '');
  return clauseWithBindings(
    text,
    values.flatMap((value, index) => (index < values.length - 1 ? [value, value] : [value])),
  );
}

/** A sub-select hides the value from the planner: a plan for all values is then expected to cost what one for this does. */
function placeOf({ expression }: OrderPart): string {
  if (expression.endsWith('_at')) return '(select ?::timestamptz)';
  return expression === 'i.id' ? '(select ?::text)' : '?';
}

function beyondOf(part: OrderPart | undefined): string {
  return part?.descending === true ? '<' : '>';
}
