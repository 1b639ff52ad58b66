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

// $1 project, $2 images, a parameter for each column, the places of the authors and these; then for each list its ends
// and parts: names and pairs to remove, tags to put; and the id of what counts change by.
const firstColumn = 3;
const authors = firstColumn + Object.keys(columns).length;
export const removedNamesParameter = authors + 2;
export const removedPairsParameter = removedNamesParameter + 2;
export const [addedTagsParameter, countId, firstFreeParameter] = [
  removedPairsParameter + 3,
  removedPairsParameter + 7,
  removedPairsParameter + 8,
];

/**
 * Of the change `c`. Looked up where it is used: handing values from step to step cost half of the statement's time, since
 * Postgres sets up every column of every step for each execution.
 */
export const columnValueSql = (column: keyof typeof columns): string =>
  `($${String(firstColumn + Object.keys(columns).indexOf(column))}::${columns[column][0]}[])[c.ordinal]`;

/** Of `tag_changes`; who has asked, without the request. */
export const authorColumns = 'user_id, user_name, user_project_id, dialect, operation, access_key';

/** @param part of `authorColumns`, from 1 */
export const authorAt = (part: number): string =>
  `($${String(authors + 1)}::text[])[($${String(authors)}::int[])[c.ordinal]][${String(part)}]`;

/**
 * The lists of all changes follow each other in one array for each part; `ends` holds the last place of each change's.
 * @returns what each part has for the change `c`
 */
function partsOf(list: number, parts: number): string[] {
  const ends = `($${String(list)}::int[])`;
  const own = `[coalesce(${ends}[c.ordinal - 1], 0) + 1:${ends}[c.ordinal]]`;
  return Array.from({ length: parts }, (_, part) => `($${String(list + 1 + part)}::text[])${own}`);
}

/** SQL: the first part of a list, as texts. */
export const listAsTextsSql = (list: number): string => partsOf(list, 1).join();

/** SQL: a list as rows. A sub-select costs half as much as a function in `from`, which first writes its rows aside. */
export function listAsRowsSql(list: number, names: readonly string[]): string {
  const parts = partsOf(list, names.length);
  return `(select ${parts.map((part, index) => `unnest(${part}) as ${names[index] ?? ''}`).join(', ')})`;
}

/** SQL: whether the change `c` has entries in this list. */
export const hasListEntriesSql = (list: number): string =>
  `($${String(list)}::int[])[c.ordinal] > coalesce(($${String(list)}::int[])[c.ordinal - 1], 0)`;

/** @param changes of one project, and of each image one */
export function changeValues(changes: readonly TagChange[]): unknown[] {
  return [
    changes[0]?.image.projectId,
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
    // Two statements never have the same.
    randomInt(2 ** 48 - 1),
  ];
}

type Texts = readonly (string | null)[];

/** Each author once, and the place of each change's, from 1: most of a statement's changes have the same. */
function authorParameters(changes: readonly TagChange[]): [places: number[], authors: Texts[]] {
  const all: Texts[] = [];
  const places = changes.map(({ by }) => {
    const author = [by.userId, by.userName, by.projectId, by.dialect, by.operation, by.accessKey];
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

/** As `partsOf` reads them. */
function listParameters(parts: number, lists: readonly (readonly Texts[])[]): unknown[][] {
  let end = 0;
  const ends = lists.map((list) => (end += list.length));
  const entries = lists.flat();
  return [ends, ...Array.from({ length: parts }, (_, part) => entries.map((entry) => entry[part]))];
}
