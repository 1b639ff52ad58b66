import type { TagChange } from '../../core/tag-change';
import type { Statement } from '../database/database';
import {
  authorColumns,
  changeValues,
  ofManyChanges,
  ofOneChange,
  type ParameterSql,
} from './change-parameters';
import { countedChange } from './counted-change';

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

/** Whether `t` is one of the tags to remove. */
const chosenBy = (
  given: ParameterSql,
): string => `(t.name = any (${given.texts('removedNames')}) or ${given.hasEntries('removedPairs')} and exists (
            select 1 from ${given.rows('removedPairs', ['key', 'value'])} g
            where (g.key is null or g.key = t.key) and (g.value is null or g.value = t.value)
          ))`;

/**
 * `offset 0` makes Postgres look each image up by its whole key: where most projects are small, a plan for all projects
 * would read the project, and one of them may be large. `require_guard` is read once: all changes are of one project.
 */
const judgedBy = (given: ParameterSql): string => `judged as (
    select c.ordinal, c.image_id, i.row, i.tag_revision, i.history_revision, h.tags, h.kept, h.removed, f.added,
      e.after, e.changes,
      case when ${given.columnValue('must_exist')} and h.chosen = 0 then 'tag-missing'
        when e.after > h.tags and e.after > ${given.columnValue('most')} then 'over-limit'
        when ${given.columnValue('unguarded')} is not null and (
          select p.require_guard from project_settings p where p.project_id = $1
        ) = any (array['all', ${given.columnValue('unguarded')}]) then 'guard-required'
        when i.tag_revision <> all (${given.columnValue('if_revision')}::bigint[]) then 'changed-meanwhile'
        else 'allowed' end as verdict
    from ${given.images}
    cross join lateral (
      select i.ctid as row, i.tag_revision, i.history_revision from images i
      where i.project_id = $1 and i.id = c.image_id offset 0
    ) i
    cross join lateral (
      select count(*) as tags, count(*) filter (where chosen) as chosen,
        coalesce(array_agg(name) filter (where chosen and not stays), '{}') as removed,
        coalesce(array_agg(name) filter (where stays or not chosen), '{}') as kept
      from (
        select t.name, t.name = any (${given.texts('added')}) as stays, ${chosenBy(given)} as chosen
        from image_tags t where t.project_id = $1 and t.image_id = c.image_id offset 0
      ) t
    ) h
    cross join lateral (
      select coalesce(array_agg(n.name) filter (where n.name <> all (h.kept)), '{}') as added
      from ${given.rows('added', ['name'])} n
    ) f
    cross join lateral (
      select h.tags - cardinality(h.removed) + cardinality(f.added) as after,
        cardinality(h.removed) + cardinality(f.added) > 0 as changes
    ) e
  )`;

/**
 * Where the image of the change `c` is. Its place spares two searches of the index for each of many; Citus takes none in a
 * change, and may get the statement for one.
 */
const placeOf = ({ many, isCitus }: Form): string =>
  `i.project_id = $1 and ${many && !isCitus ? 'i.ctid = c.row' : 'i.id = c.image_id'}`;

/** Of several images: passes over those that another transaction holds, so that one lock delays one change. */
const freeOf = (form: Form): string => `(
      select c.* from judged c cross join lateral (
        select 1 from images i where ${placeOf(form)} for no key update skip locked
      ) l where c.verdict = 'allowed'
    )`;

/**
 * Citus inserts where the rows belong only what it selects with a row of that shard. All else goes through the coordinator,
 * which hands it to every node and commits on all of them: each change would then need every node.
 */
const ofShard = ['i.project_id', 'img c join images i on i.project_id = $1 and i.id = c.image_id'] as const;

function tagsOf({ many, isCitus, given }: Form): string {
  const [project, changed] = isCitus ? ofShard : ['$1', 'img c'];
  return `gone as (
    delete from image_tags t using img c
    where t.project_id = $1 and t.image_id = c.image_id and t.name = any (c.removed)
    returning t.key, t.value
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value, image_created_at)
    select ${project}, c.image_id, n.name, n.key, n.value, c.created_at
    from ${changed} cross join lateral ${given.rows('added', ['name', 'key', 'value'])} n
    where n.name = any (c.added)
    on conflict (project_id, image_id, name) do nothing
    returning key, value
  )${isCitus ? '' : countedChange(many, given.countId)}`;
}

/** Of `tag_changes`, from the revision on: what happened, and that something had happened in a build without history. */
const pastColumns = (given: ParameterSql): (readonly [known: string, unknown: string])[] => [
  ['c.tag_revision', 'c.from_revision'],
  [given.columnValue('at'), given.columnValue('at')],
  ['c.added', `'{}'`],
  ['c.removed', `'{}'`],
  ['c.kept || c.added', 'c.kept || c.removed'],
  [given.columnValue('reverts'), 'null'],
  [given.columnValue('request'), 'null'],
  ...[`''`, `''`, 'null', `'unrecorded'`, `'none'`, 'null'].map(
    (unknown, index) => [given.author(index + 1), unknown] as const,
  ),
  ['null::boolean', 'true'],
];

const isRecorded = (given: ParameterSql): string => `c.changes and ${given.columnValue('recorded')}`;
const hasUnknown = `c.from_history is distinct from c.from_revision
      and (c.from_revision > 0 or cardinality(c.kept) + cardinality(c.removed) > 0)`;

/** What happened; and first, where a build without history has changed the tags, that something happened. */
function pastOf({ isCitus, given }: Form): string {
  const [project, changed] = ofShard;
  const columns = pastColumns(given);
  const recorded = isRecorded(given);
  const cases = columns.map(([known, unknown]) => `case when e.known then ${known} else ${unknown} end`);
  const part = (of: 0 | 1): string => columns.map((column) => column[of]).join(', ');
  return `past as (
    insert into tag_changes (project_id, image_id, revision, at, added, removed, tags, reverts, request_id,
      ${authorColumns}, uncounted)
    ${
      isCitus
        ? `select ${project}, c.image_id, ${cases.join(', ')}
    from ${changed} cross join unnest(array[true, false]) as e (known)
    where ${recorded} and (e.known or (${hasUnknown}))`
        : `select $1, c.image_id, ${part(0)} from img c where ${recorded}
    union all
    select $1, c.image_id, ${part(1)} from img c where ${recorded} and ${hasUnknown}`
    }
  )`;
}

/** Citus counts nothing, and Postgres wants each parameter used. */
const uncountedHere = ({ countId }: ParameterSql): string => ` where ${countId} is not null`;

interface Form {
  /** For several images. */
  readonly many: boolean;
  readonly isCitus: boolean;
  readonly given: ParameterSql;
  /** Further columns of `images`, and a condition on them. */
  readonly set?: string;
  readonly guard?: string;
}

function textOf(asked: Omit<Form, 'given'>): string {
  const form = { ...asked, given: asked.many ? ofManyChanges : ofOneChange };
  const { many, isCitus, given, set = '', guard = '' } = form;
  return `with ${judgedBy(given)},
  img as (
    update images i set updated_at = greatest(i.updated_at, ${given.columnValue('at')}),
      tag_revision = i.tag_revision + c.changes::int,
      history_revision = case when c.changes and ${given.columnValue('recorded')} then i.tag_revision + 1
        else i.history_revision end${set}
    from ${many ? freeOf(form) : 'judged'} c
    where ${placeOf(form)} and i.tag_revision = c.tag_revision and c.verdict = 'allowed'${guard}
    returning c.ordinal, c.image_id, c.kept, c.removed, c.added, c.changes, i.tag_revision, i.created_at,
      c.tag_revision as from_revision, c.history_revision as from_history
  ),
  ${tagsOf(form)},
  ${pastOf(form)}
  select c.ordinal::int as ordinal, c.verdict, c.after as attempted, c.added, c.removed,
    img.ordinal is not null as done, coalesce(img.tag_revision, c.tag_revision) as revision
  from judged c left join img on ${many ? 'img.ordinal = c.ordinal' : 'true'}${isCitus ? uncountedHere(given) : ''}`;
}

/** What the statement answers for each image that is there. */
export interface ChangeResultRow {
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
export const changeTags: Statement = { name: 'change-tags', text: textOf({ many: true, isCitus: false }) };

/** The same for one image. It waits for a row lock: no companions would wait with it. */
export const changeTagsOfOne: Statement = {
  name: 'change-tags-of-one',
  text: textOf({ many: false, isCitus: false }),
};

const onCitus: readonly [many: Statement, one: Statement] = [
  { name: 'change-tags-citus', text: textOf({ many: true, isCitus: true }) },
  { name: 'change-tags-of-one-citus', text: textOf({ many: false, isCitus: true }) },
];

/** @param count of the images */
export function changeTagsStatement(count: number, isCitus: boolean): Statement {
  const [many, one] = isCitus ? onCitus : [changeTags, changeTagsOfOne];
  return count === 1 ? one : many;
}

/**
 * A change of an image's other columns and its tags, as one.
 * @param fields columns and what they are set to @param updatedAt at which the image must still be
 */
export function changeImageStatement(
  change: TagChange,
  fields: readonly (readonly [column: string, value: unknown])[],
  updatedAt: string,
  isCitus: boolean,
): { statement: Statement; values: unknown[] } {
  const set = fields
    .map(([column], index) => `, ${column} = $${String(ofOneChange.firstFree + 1 + index)}`)
    .join('');
  const guard = ` and i.updated_at = $${String(ofOneChange.firstFree)}`;
  const text = textOf({ many: false, isCitus, set, guard });
  const values = [...changeValues([change]), updatedAt, ...fields.map(([, value]) => value)];
  return { statement: { text, bound: 'short' }, values };
}
