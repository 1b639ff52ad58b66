import type { TagChange } from '../../core/tag-change';
import type { Statement } from '../database/database';

/*
 * The one statement that writes tags, for one image or for many of one project. `seen` reads each image's revision and
 * what the decision needs, in one snapshot; `img` moves an image on only if it is still at that revision and the change
 * is allowed; the tags change only with it. A change that another writer of the image overtook is `allowed` and not
 * `done`: it is sent once more under the image's row lock. So limits are exact, and a tag is removed once, without a lock
 * in the common case. (docs/decisions/0002-tag-revision.md)
 *
 * No image may be in it twice. It waits for no row: an image that another transaction holds counts as overtaken, so that
 * one lock delays one change, and no two statements can wait for each other in a circle.
 */

/** A change's single values. A further column is a line here. */
const columns: readonly (readonly [name: string, type: string, of: (change: TagChange) => unknown])[] = [
  ['image_id', 'text', ({ image }) => image.imageId],
  ['at', 'timestamptz', ({ at }) => at],
  ['most', 'int', ({ limit }) => limit],
  ['must_exist', 'boolean', ({ mustExist }) => mustExist],
  // As text, since arrays of unlike lengths cannot stand in one.
  ['if_revision', 'text', ({ ifRevision }) => ifRevision && `{${ifRevision.join(',')}}`],
  ['unguarded', 'text', unguardedOf],
  ['recorded', 'boolean', ({ recorded = true }) => recorded],
  ['reverts', 'bigint', ({ reverts = null }) => reverts],
  ['user_id', 'text', ({ by }) => by.userId],
  ['user_name', 'text', ({ by }) => by.userName],
  ['user_project_id', 'text', ({ by }) => by.projectId],
  ['dialect', 'text', ({ by }) => by.dialect],
  ['operation', 'text', ({ by }) => by.operation],
  ['request_id', 'text', ({ by }) => by.requestId],
  ['access_key', 'text', ({ by }) => by.accessKey],
];

/** What a change is to the project's setting `require_guard`; null: it names a state, or names no tags. */
function unguardedOf({ unguarded = false, remove, put }: TagChange): 'whole-list' | 'change' | null {
  if (!unguarded) return null;
  if (remove === 'all') return 'whole-list';
  return remove.length + put.length > 0 ? 'change' : null;
}

/** A change's repeated values: `ordinal` is that of the change. A text, key and value that are null are all tags. */
type Entry = readonly [ordinal: number, name: string | null, key: string | null, value: string | null];

/** As a sub-select, so that Postgres expects as many entries of the values at hand as of any, and keeps one plan. */
const parameter = (index: number, type: string): string => `(select $${String(index)}::${type}[])`;

const unnested = (first: number, types: readonly string[]): string =>
  `unnest(${types.map((type, index) => parameter(first + index, type)).join(', ')})`;

const columnTypes = columns.map(([, type]) => type);
const columnNames = columns.map(([name]) => name).join(', ');
const entryTypes = ['int', 'text', 'text', 'text'];
const firstList = 2 + columns.length;
const firstFree = firstList + 2 * entryTypes.length;

const asked = `asked as (
    select * from ${unnested(2, columnTypes)} with ordinality as a (${columnNames}, ordinal)
  ),
  goes as (select * from ${unnested(firstList, entryTypes)} as g (ordinal, name, key, value)),
  comes as (select * from ${unnested(firstList + entryTypes.length, entryTypes)} as c (ordinal, name, key, value))`;

/**
 * What becomes of every tag of the images. `offset 0` here and below makes Postgres look each image up by its whole key:
 * where most projects are small, a plan for all projects would read the project, and one of them may be large. A `fate`
 * is text, not a flag, for the same reason: few rows are then expected of a comparison.
 */
const there = `there as (
    select a.ordinal, a.image_id, t.name, case when bool_or(c.ordinal is not null) then 'stays'
      when bool_or(g.ordinal is not null) then 'goes' else 'stands' end as fate, bool_or(g.ordinal is not null) as chosen
    from asked a
    cross join lateral (
      select name, key, value from image_tags t where t.project_id = $1 and t.image_id = a.image_id offset 0
    ) t
    left join goes g on g.ordinal = a.ordinal and (g.name is null or g.name = t.name)
      and (g.key is null or g.key = t.key) and (g.value is null or g.value = t.value)
    left join comes c on c.ordinal = a.ordinal and c.name = t.name
    group by a.ordinal, a.image_id, t.name
  )`;

/** `require_guard` is read once for all changes: they are of one project. */
const seen = `fresh as (
    select c.* from comes c left join there h on h.ordinal = c.ordinal and h.name = c.name where h.name is null
  ),
  seen as (
    select a.*, i.tag_revision, i.history_revision, coalesce(h.kept, '{}') as kept, coalesce(h.tags, 0) as tags, coalesce(h.chosen, 0) as chosen,
      coalesce(h.removed, '{}') as removed, coalesce(f.added, '{}') as added,
      coalesce(h.tags, 0) - cardinality(coalesce(h.removed, '{}')) + cardinality(coalesce(f.added, '{}')) as after
    from asked a
    cross join lateral (
      select tag_revision, history_revision from images i where i.project_id = $1 and i.id = a.image_id offset 0
    ) i
    left join (
      select ordinal, count(*) as tags, count(*) filter (where chosen) as chosen,
        array_agg(name) filter (where fate = 'goes') as removed,
        array_agg(name) filter (where fate <> 'goes') as kept
      from there group by ordinal
    ) h on h.ordinal = a.ordinal
    left join (select ordinal, array_agg(name) as added from fresh group by ordinal) f on f.ordinal = a.ordinal
  ),
  judged as (
    select *, cardinality(added) + cardinality(removed) > 0 as changes,
      case when must_exist and chosen = 0 then 'tag-missing'
        when after > tags and after > most then 'over-limit'
        when unguarded is not null and (select p.require_guard from project_settings p where p.project_id = $1)
          in ('all', unguarded) then 'guard-required'
        when tag_revision <> all(if_revision::bigint[]) then 'changed-meanwhile'
        else 'allowed' end as verdict
    from seen
  )`;

/** For several images: passes over those that another transaction holds, so that one lock delays one change. */
const locked = `,
  locked as (
    select l.id from (select image_id from asked order by image_id) a
    cross join lateral (
      select i.id from images i where i.project_id = $1 and i.id = a.image_id for no key update skip locked
    ) l
  )`;

const rows = `gone as (
    delete from image_tags t using there h, img
    where img.ordinal = h.ordinal and h.fate = 'goes'
      and t.project_id = $1 and t.image_id = h.image_id and t.name = h.name
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value, image_created_at)
    select $1, img.image_id, f.name, f.key, f.value, img.created_at from fresh f join img on img.ordinal = f.ordinal
    on conflict (project_id, image_id, name) do nothing
  )`;

/** What happened; and first, where a build without history has changed the tags, that something happened. */
const past = `past as (
    insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, reverts, user_id, user_name,
      user_project_id, dialect, operation, request_id, access_key)
    select $1, s.image_id, img.tag_revision, s.at, s.added, s.removed, s.kept || s.added, s.reverts, s.user_id,
      s.user_name, s.user_project_id, s.dialect, s.operation, s.request_id, s.access_key
    from judged s join img on img.ordinal = s.ordinal where s.changes and s.recorded
    union all
    select $1, s.image_id, s.tag_revision, s.at, '{}', '{}', s.kept || s.removed, null, '', '', null, 'unrecorded',
      'none', null, null
    from judged s join img on img.ordinal = s.ordinal
    where s.changes and s.recorded and s.history_revision is distinct from s.tag_revision
      and (s.tag_revision > 0 or s.tags > 0)
  )`;

/** @param many whether for several images @param set further columns of `images` @param guard a condition on them */
function textOf(many: boolean, set = '', guard = ''): string {
  return `with ${asked},
  ${there},
  ${seen}${many ? locked : ''},
  img as (
    update images i set updated_at = greatest(i.updated_at, s.at), tag_revision = i.tag_revision + s.changes::int,
      history_revision = case when s.changes and s.recorded then i.tag_revision + 1 else i.history_revision end${set}
    from judged s${many ? ' join locked on locked.id = s.image_id' : ''}
    where i.project_id = $1 and i.id = s.image_id and i.tag_revision = s.tag_revision and s.verdict = 'allowed'${guard}
    returning s.ordinal, s.image_id, i.tag_revision, i.created_at
  ),
  ${rows},
  ${past}
  select s.ordinal::int as ordinal, s.verdict, s.after as attempted, s.added, s.removed,
    img.ordinal is not null as done, coalesce(img.tag_revision, s.tag_revision) as revision
  from judged s left join img on img.ordinal = s.ordinal`;
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

/** ListParameters as `changeValues` gives them. */
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
  const goes = changes.flatMap(({ remove }, index) => entriesOf(remove, index + 1));
  const comes = changes.flatMap(({ put }, index) =>
    put.map(({ name, key, value }): Entry => [index + 1, name, key, value]),
  );
  return [
    changes[0]?.image.projectId,
    ...columns.map(([, , of]) => changes.map(of)),
    ...columnsOf(goes),
    ...columnsOf(comes),
  ];
}

function entriesOf(remove: TagChange['remove'], ordinal: number): Entry[] {
  if (remove === 'all') return [[ordinal, null, null, null]];
  return remove.map((selector) =>
    'name' in selector ? [ordinal, selector.name, null, null] : [ordinal, null, selector.key, selector.value],
  );
}

function columnsOf(entries: readonly Entry[]): unknown[][] {
  return entryTypes.map((_, column) => entries.map((entry) => entry[column]));
}
