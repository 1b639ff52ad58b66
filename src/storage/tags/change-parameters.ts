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
  by: ['text', ({ by }) => authorOf(by)],
} as const satisfies Record<string, readonly [type: string, of: (change: TagChange) => unknown]>;

export const authorColumns =
  'user_id, user_name, user_project_id, dialect, operation, request_id, access_key';
function authorOf(by: TagChange['by']): readonly (string | null)[] {
  return [by.userId, by.userName, by.projectId, by.dialect, by.operation, by.requestId, by.accessKey];
}

/** What a change is to the project's setting `require_guard`; null: it names a state, or names no tags. */
function unguardedOf({ unguarded = false, remove, put }: TagChange): 'whole-list' | 'change' | null {
  if (!unguarded) return null;
  if (remove === 'all') return 'whole-list';
  return remove.length + put.length > 0 ? 'change' : null;
}

/** A change's repeated values. A text, key and value that are null are all tags. */
type Entry = readonly [name: string | null, key: string | null, value: string | null];

// $1 project, $2 images, a parameter for each column, and for each list its ends, names, keys and values.
const firstColumn = 3;
export const goes = firstColumn + Object.keys(columns).length;
export const [comes, firstFree] = [goes + 4, goes + 8];

/**
 * Of the change `c`. Looked up where it is used: handing values from step to step cost half of the statement's time, since
 * Postgres sets up every column of every step for each execution.
 */
export const valueOf = (column: keyof typeof columns): string =>
  `($${String(firstColumn + Object.keys(columns).indexOf(column))}::${columns[column][0]}[])[c.ordinal]`;

/**
 * The lists of all changes follow each other in one array; `ends` holds the last place of each change's.
 * @param parts 1: names, 3: names, keys and values
 */
export function listsOf(list: number, parts: 1 | 3): string {
  const ends = `($${String(list)}::int[])`;
  const own = `[coalesce(${ends}[c.ordinal - 1], 0) + 1:${ends}[c.ordinal]]`;
  return (parts === 1 ? [1] : [1, 2, 3]).map((part) => `($${String(list + part)}::text[])${own}`).join(', ');
}

/** @param changes of one project, and of each image one */
export function changeValues(changes: readonly TagChange[]): unknown[] {
  return [
    changes[0]?.image.projectId,
    changes.map(({ image }) => image.imageId),
    ...Object.values(columns).map(([, of]) => changes.map((change): unknown => of(change))),
    ...listParameters(changes.map(({ remove }) => entriesOf(remove))),
    ...listParameters(changes.map(({ put }) => put.map(({ name, key, value }): Entry => [name, key, value]))),
  ];
}

function entriesOf(remove: TagChange['remove']): readonly Entry[] {
  if (remove === 'all') return [[null, null, null]];
  return remove.map((selector) =>
    'name' in selector ? [selector.name, null, null] : [null, selector.key, selector.value],
  );
}

/** As `listsOf` reads them. */
function listParameters(lists: readonly (readonly Entry[])[]): unknown[][] {
  let end = 0;
  const ends = lists.map((list) => (end += list.length));
  const entries = lists.flat();
  return [ends, ...([0, 1, 2] as const).map((column) => entries.map((entry) => entry[column]))];
}
