import { randomInt } from 'node:crypto';
import type { TagChange } from '../../core/tag-change';

/* The parameters of the statement that writes tags, and how it reads them. */

/** A change's single values, as types of SQL and their sources. */
const columns = {
  at: ['timestamptz', ({ at }) => at],
  most: ['int', ({ limit }) => limit],
  must_exist: ['boolean', ({ mustExist }) => mustExist],
  // As text, since arrays of unlike lengths cannot stand in one.
  if_revision: ['text', ({ ifRevision }) => ifRevision && `{${ifRevision.join(',')}}`],
  unguarded: ['text', unguardedOf],
  recorded: ['boolean', ({ recorded = true }) => recorded],
  reverts: ['bigint', ({ reverts = null }) => reverts],
  request: ['text', ({ by }) => by.requestId],
} as const satisfies Record<string, readonly [type: string, of: (change: TagChange) => unknown]>;

/** What a change is to the project's setting `require_guard`; null: it names a state, or names no tags. */
function unguardedOf({ unguarded = false, remove, put }: TagChange): 'whole-list' | 'change' | null {
  if (!unguarded) return null;
  if (remove === 'all') return 'whole-list';
  return remove.length + put.length > 0 ? 'change' : null;
}

type Column = keyof typeof columns;

/** Names to remove, pairs to remove, and tags to put, with the parts of an entry of each. */
const lists = { removedNames: 1, removedPairs: 2, added: 3 } as const;
type List = keyof typeof lists;

/**
 * SQL of what a statement was given. Of one change these are single values and plain lists: as arrays that hold one change's they
 * took a tenth of the statement's time.
 */
export interface ParameterSql {
  /** In `from`: the images, as `c (image_id, ordinal)`. */
  readonly images: string;
  /**
   * Of the change `c`. Looked up where it is used: handing values from step to step cost half of the statement's time, since
   * Postgres sets up every column of every step for each execution.
   */
  columnValue(column: Column): string;
  /** @param part of `authorColumns`, from 1 */
  author(part: number): string;
  /** The first part of a list, as texts. */
  texts(list: List): string;
  /** A list as rows. A sub-select costs half as much as a function in `from`, which first writes its rows aside. */
  rows(list: List, names: readonly string[]): string;
  /** Whether the change `c` has entries in this list. */
  hasEntries(list: List): string;
  /** The id of what counts change by. */
  readonly countId: string;
  /** The number of the first parameter that `changeValues` does not give. */
  readonly firstFree: number;
}

/** Of `tag_changes`; who has asked, without the request. */
export const authorColumns = 'user_id, user_name, user_project_id, dialect, operation, access_key';

// $1 project, $2 images, and a parameter for each column, for one change and for many.
const firstColumn = 3;
const authors = firstColumn + Object.keys(columns).length;
const numberOf = (column: Column): string => String(firstColumn + Object.keys(columns).indexOf(column));

function rowsOf(parts: readonly string[], names: readonly string[]): string {
  return `(select ${names.map((name, index) => `unnest(${parts[index] ?? ''}) as ${name}`).join(', ')})`;
}

/** $11 the author, then each part of each list. */
function parametersOfOne(): ParameterSql {
  const first = { removedNames: authors + 1, removedPairs: authors + 2, added: authors + 4 };
  const partsOf = (list: List): string[] =>
    Array.from({ length: lists[list] }, (_, part) => `$${String(first[list] + part)}::text[]`);
  return {
    // Without `offset 0` the plan for the first calls would differ from that for all.
    images: '(select $2::text as image_id, 1 as ordinal offset 0) c',
    columnValue: (column) => `$${numberOf(column)}::${columns[column][0]}`,
    author: (part) => `($${String(authors)}::text[])[${String(part)}]`,
    texts: (list) => partsOf(list)[0] ?? '',
    rows: (list, names) => rowsOf(partsOf(list), names),
    hasEntries: (list) => `cardinality($${String(first[list])}::text[]) > 0`,
    countId: `$${String(authors + 7)}::bigint`,
    firstFree: authors + 8,
  };
}

/**
 * $11 the places of the authors and $12 these; then for each list its ends and parts: the lists of all changes follow each other
 * in one array for each part, `ends` holds the last place of each change's.
 */
function parametersOfMany(): ParameterSql {
  const first = { removedNames: authors + 2, removedPairs: authors + 4, added: authors + 7 };
  const partsOf = (list: List): string[] => {
    const ends = `($${String(first[list])}::int[])`;
    const own = `[coalesce(${ends}[c.ordinal - 1], 0) + 1:${ends}[c.ordinal]]`;
    return Array.from(
      { length: lists[list] },
      (_, part) => `($${String(first[list] + 1 + part)}::text[])${own}`,
    );
  };
  return {
    // As a sub-select, so that Postgres expects as many images of the values at hand as of any, and keeps one plan.
    images: 'unnest((select $2::text[])) with ordinality as c (image_id, ordinal)',
    columnValue: (column) => `($${numberOf(column)}::${columns[column][0]}[])[c.ordinal]`,
    author: (part) =>
      `($${String(authors + 1)}::text[])[($${String(authors)}::int[])[c.ordinal]][${String(part)}]`,
    texts: (list) => partsOf(list)[0] ?? '',
    rows: (list, names) => rowsOf(partsOf(list), names),
    hasEntries: (list) => {
      const ends = `($${String(first[list])}::int[])`;
      return `${ends}[c.ordinal] > coalesce(${ends}[c.ordinal - 1], 0)`;
    },
    countId: `$${String(authors + 11)}::bigint`,
    firstFree: authors + 12,
  };
}

export const [ofOneChange, ofManyChanges] = [parametersOfOne(), parametersOfMany()];

/** For `ofOneChange` or `ofManyChanges`. @param changes of one project, and of each image one */
export function changeValues(changes: readonly TagChange[]): unknown[] {
  const [only, ...others] = changes;
  // Two statements never have the same.
  const id = randomInt(2 ** 48 - 1);
  if (only && others.length === 0) return [...valuesOfOne(only), id];
  return [
    only?.image.projectId,
    changes.map(({ image }) => image.imageId),
    ...Object.values(columns).map(([, of]) => changes.map((change): unknown => of(change))),
    ...authorParameters(changes),
    ...listParameters(
      1,
      changes.map(({ remove }) => namesIn(remove)),
    ),
    ...listParameters(
      2,
      changes.map(({ remove }) => pairsIn(remove)),
    ),
    ...listParameters(
      3,
      changes.map(({ put }) => put.map(({ name, key, value }) => [name, key, value])),
    ),
    id,
  ];
}

function valuesOfOne(change: TagChange): unknown[] {
  const { image, by, remove, put } = change;
  const pairs = pairsIn(remove);
  return [
    image.projectId,
    image.imageId,
    ...Object.values(columns).map(([, of]): unknown => of(change)),
    authorOf(by),
    namesIn(remove).flat(),
    pairs.map(([key]) => key),
    pairs.map(([, value]) => value),
    put.map(({ name }) => name),
    put.map(({ key }) => key),
    put.map(({ value }) => value),
  ];
}

type Texts = readonly (string | null)[];

function authorOf(by: TagChange['by']): Texts {
  return [by.userId, by.userName, by.projectId, by.dialect, by.operation, by.accessKey];
}

/** Each author once, and the place of each change's, from 1: most of a statement's changes have the same. */
function authorParameters(changes: readonly TagChange[]): [places: number[], authors: Texts[]] {
  const all: Texts[] = [];
  const places = changes.map(({ by }) => {
    const author = authorOf(by);
    const known = all.findIndex((other) => other.every((value, index) => value === author[index]));
    return known < 0 ? all.push(author) : known + 1;
  });
  return [places, all];
}

function namesIn(remove: TagChange['remove']): readonly Texts[] {
  if (remove === 'all') return [];
  return remove.flatMap((selector) => ('name' in selector ? [[selector.name]] : []));
}

/** What is null matches any. */
function pairsIn(remove: TagChange['remove']): readonly Texts[] {
  if (remove === 'all') return [[null, null]];
  return remove.flatMap((selector) => ('name' in selector ? [] : [[selector.key, selector.value]]));
}

/** As `parametersOfMany` reads them. */
function listParameters(parts: number, lists: readonly (readonly Texts[])[]): unknown[][] {
  let end = 0;
  const ends = lists.map((list) => (end += list.length));
  const entries = lists.flat();
  return [ends, ...Array.from({ length: parts }, (_, part) => entries.map((entry) => entry[part]))];
}
