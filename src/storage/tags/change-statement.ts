import type { TagChange } from '../../core/tag-change';
import type { Statement } from '../database/database';

/*
 * The one statement that writes tags, for one image or for many of one project. `judged` reads each image's revision and
 * what the decision needs, in one snapshot; `img` moves an image on only if it is still at that revision and the change
 * is allowed; the tags change only with it. A change that another writer of the image overtook is `allowed` and not
 * `done`: it is sent once more under the image's row lock. So limits are exact, and a tag is removed once, without a lock
 * in the common case. (docs/decisions/0002-tag-revision.md)
 *
 * No image may be in it twice. It waits for no row: an image that another transaction holds counts as overtaken, so that
 * one lock delays one change, and no two statements can wait for each other in a circle.
 */

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

const authorColumns = 'user_id, user_name, user_project_id, dialect, operation, request_id, access_key';
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
const goes = firstColumn + Object.keys(columns).length;
const [comes, firstFree] = [goes + 4, goes + 8];

/**
 * Of the change `c`. Looked up where it is used: handing values from step to step cost half of the statement's time, since
 * Postgres sets up every column of every step for each execution.
 */
const valueOf = (column: keyof typeof columns): string =>
  `($${String(firstColumn + Object.keys(columns).indexOf(column))}::${columns[column][0]}[])[c.ordinal]`;

/**
 * The lists of all changes follow each other in one array; `ends` holds the last place of each change's.
 * @param parts 1: names, 3: names, keys and values
 */
function listsOf(list: number, parts: 1 | 3): string {
  const ends = `($${String(list)}::int[])`;
  const own = `[coalesce(${ends}[c.ordinal - 1], 0) + 1:${ends}[c.ordinal]]`;
  return (parts === 1 ? [1] : [1, 2, 3]).map((part) => `($${String(list + part)}::text[])${own}`).join(', ');
}

/** As a sub-select, so that Postgres expects as many images of the values at hand as of any, and keeps one plan. */
const asked = 'unnest((select $2::text[])) with ordinality as c (image_id, ordinal)';

/** Whether `t` is one of the tags to remove. The comparison of the ends spares changes without any the search. */
const chosen = `($${String(goes)}::int[])[c.ordinal] > coalesce(($${String(goes)}::int[])[c.ordinal - 1], 0) and exists (
            select 1 from unnest(${listsOf(goes, 3)}) as g (name, key, value)
            where (g.name is null or g.name = t.name) and (g.key is null or g.key = t.key)
              and (g.value is null or g.value = t.value)
          )`;

/**
 * `offset 0` makes Postgres look each image up by its whole key: where most projects are small, a plan for all projects
 * would read the project, and one of them may be large. `require_guard` is read once: all changes are of one project.
 */
const judged = `judged as (
    select c.ordinal, c.image_id, i.tag_revision, i.history_revision, h.tags, h.kept, h.removed, f.added,
      e.after, e.changes,
      case when ${valueOf('must_exist')} and h.chosen = 0 then 'tag-missing'
        when e.after > h.tags and e.after > ${valueOf('most')} then 'over-limit'
        when ${valueOf('unguarded')} is not null and (
          select p.require_guard from project_settings p where p.project_id = $1
        ) = any (array['all', ${valueOf('unguarded')}]) then 'guard-required'
        when i.tag_revision <> all (${valueOf('if_revision')}::bigint[]) then 'changed-meanwhile'
        else 'allowed' end as verdict
    from ${asked}
    cross join lateral (
      select tag_revision, history_revision from images i where i.project_id = $1 and i.id = c.image_id offset 0
    ) i
    cross join lateral (
      select count(*) as tags, count(*) filter (where chosen) as chosen,
        coalesce(array_agg(name) filter (where chosen and not stays), '{}') as removed,
        coalesce(array_agg(name) filter (where stays or not chosen), '{}') as kept
      from (
        select t.name, t.name = any (${listsOf(comes, 1)}) as stays, ${chosen} as chosen
        from image_tags t where t.project_id = $1 and t.image_id = c.image_id offset 0
      ) t
    ) h
    cross join lateral (
      select coalesce(array_agg(n.name) filter (where n.name <> all (h.kept)), '{}') as added
      from unnest(${listsOf(comes, 1)}) as n (name)
    ) f
    cross join lateral (
      select h.tags - cardinality(h.removed) + cardinality(f.added) as after,
        cardinality(h.removed) + cardinality(f.added) > 0 as changes
    ) e
  )`;

/** For several images: passes over those that another transaction holds, so that one lock delays one change. */
const locked = `,
  locked as (
    select l.id from (select c.image_id from ${asked} order by c.image_id) a
    cross join lateral (
      select i.id from images i where i.project_id = $1 and i.id = a.image_id for no key update skip locked
    ) l
  )`;

const rows = `gone as (
    delete from image_tags t using img c
    where t.project_id = $1 and t.image_id = c.image_id and t.name = any (c.removed)
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value, image_created_at)
    select $1, c.image_id, n.name, n.key, n.value, c.created_at
    from img c cross join lateral unnest(${listsOf(comes, 3)}) as n (name, key, value)
    where n.name = any (c.added)
    on conflict (project_id, image_id, name) do nothing
  )`;

/** What happened; and first, where a build without history has changed the tags, that something happened. */
const past = `past as (
    insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, reverts,
      ${authorColumns})
    select $1, c.image_id, c.tag_revision, ${valueOf('at')}, c.added, c.removed, c.kept || c.added, ${valueOf('reverts')},
      ${[1, 2, 3, 4, 5, 6, 7].map((part) => `${valueOf('by')}[${String(part)}]`).join(', ')}
    from img c where c.changes and ${valueOf('recorded')}
    union all
    select $1, c.image_id, c.from_revision, ${valueOf('at')}, '{}', '{}', c.kept || c.removed, null,
      '', '', null, 'unrecorded', 'none', null, null
    from img c where c.changes and ${valueOf('recorded')} and c.from_history is distinct from c.from_revision
      and (c.from_revision > 0 or cardinality(c.kept) + cardinality(c.removed) > 0)
  )`;

/** @param many whether for several images @param set further columns of `images` @param guard a condition on them */
function textOf(many: boolean, set = '', guard = ''): string {
  return `with ${judged}${many ? locked : ''},
  img as (
    update images i set updated_at = greatest(i.updated_at, ${valueOf('at')}),
      tag_revision = i.tag_revision + c.changes::int,
      history_revision = case when c.changes and ${valueOf('recorded')} then i.tag_revision + 1
        else i.history_revision end${set}
    from judged c${many ? ' join locked on locked.id = c.image_id' : ''}
    where i.project_id = $1 and i.id = c.image_id and i.tag_revision = c.tag_revision and c.verdict = 'allowed'${guard}
    returning c.ordinal, c.image_id, c.kept, c.removed, c.added, c.changes, i.tag_revision, i.created_at,
      c.tag_revision as from_revision, c.history_revision as from_history
  ),
  ${rows},
  ${past}
  select c.ordinal::int as ordinal, c.verdict, c.after as attempted, c.added, c.removed,
    img.ordinal is not null as done, coalesce(img.tag_revision, c.tag_revision) as revision
  from judged c left join img on ${many ? 'img.ordinal = c.ordinal' : 'true'}`;
}

/** What the statement answers for each image that is there. */
export interface ChangeRow {
  /** Counted from 1. */
  readonly ordinal: number;
  readonly verdict: 'tag-missing' | 'over-limit' | 'guard-required' | 'changed-meanwhile' | 'allowed';
  readonly attempted: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly done: boolean;
  readonly revision: number;
}

/** Parameters as `changeValues` gives them. */
export const changeTags: Statement = { name: 'change-tags', text: textOf(true) };

/** The same for one image. It waits for a row lock: no companions would wait with it. */
export const changeTagsOfOne: Statement = { name: 'change-tags-of-one', text: textOf(false) };

/**
 * A change of an image's other columns and its tags, as one.
 * @param fields columns and what they are set to @param updatedAt at which the image must still be
 */
export function changeImage(
  change: TagChange,
  fields: readonly (readonly [column: string, value: unknown])[],
  updatedAt: string,
): { statement: Statement; values: unknown[] } {
  const set = fields.map(([column], index) => `, ${column} = $${String(firstFree + 1 + index)}`).join('');
  const text = textOf(false, set, ` and i.updated_at = $${String(firstFree)}`);
  const values = [...changeValues([change]), updatedAt, ...fields.map(([, value]) => value)];
  return { statement: { text, bound: 'short' }, values };
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
