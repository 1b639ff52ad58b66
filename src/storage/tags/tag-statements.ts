import type { Statement } from '../database/database';

/*
 * The SQL of the tag core. Each change is one statement of one shape: `seen` reads the image's revision and
 * what the decision needs, in one snapshot; `img` moves the image on only if it is still at that revision and
 * the change is allowed; the rows change only with it. Whoever lost a race to another writer of the same
 * image gets `done = false` with `allowed = true`, and asks again under the image's row lock. So limits are
 * exact, and a tag is removed once, without a lock in the common case.
 */

const seenOf = (facts: string): string => `seen as (
    select i.tag_revision, ${facts}
    from images i where i.project_id = $1 and i.id = $2
  )`;

const imgIf = (allowed: string): string => `img as (
    update images i set updated_at = greatest(i.updated_at, $3), tag_revision = i.tag_revision + 1
    from seen
    where i.project_id = $1 and i.id = $2 and i.tag_revision = seen.tag_revision and (${allowed})
    returning i.id
  )`;

const tagsOfImage = 'from image_tags t where t.project_id = $1 and t.image_id = $2';

const done = 'exists (select 1 from img) as done';

/** $1 project, $2 image, $3 moment, $4 name, $5 key, $6 value, $7 limit */
export const addTag: Statement = {
  name: 'add-tag',
  text: `with ${seenOf(`(select count(*) ${tagsOfImage}) as tags, exists (select 1 ${tagsOfImage} and t.name = $4) as there`)},
  ${imgIf('seen.there or seen.tags < $7::int')},
  put as (
    insert into image_tags (project_id, image_id, name, key, value)
    select $1, $2, $4, $5, $6 from img, seen where not seen.there
    on conflict (project_id, image_id, name) do nothing
  )
  select seen.there or seen.tags < $7::int as allowed, seen.tags + 1 as attempted, ${done} from seen`,
};

const removal = (name: string, condition: string): Statement => ({
  name,
  text: `with ${seenOf(`exists (select 1 ${tagsOfImage} and ${condition}) as there`)},
  ${imgIf('seen.there')},
  gone as (
    delete from image_tags t using img where t.project_id = $1 and t.image_id = img.id and ${condition}
  )
  select seen.there as allowed, 0 as attempted, ${done} from seen`,
});

/** $4 name */
export const removeTag = removal('remove-tag', 't.name = $4');

/** $4 key */
export const removeKey = removal('remove-key', 't.key = $4');

/** $4 keys that go whatever their value; $5, $6 keys and values of pairs */
export const removePairs = removal(
  'remove-pairs',
  `(t.key = any($4::text[]) or (t.key, t.value) in (select * from unnest($5::text[], $6::text[])))`,
);

/** $4 names, $5 keys (distinct), $6 values, $7 limit. `attempted` is the number of tags after the merge. */
export const setTags: Statement = {
  name: 'set-tags',
  text: `with ${seenOf(`(select count(*) ${tagsOfImage}) as tags,
      (select count(*) ${tagsOfImage} and not t.key = any($5::text[])) + cardinality($5::text[]) as after`)},
  ${imgIf('seen.after <= seen.tags or seen.after <= $7::int')},
  gone as (
    delete from image_tags t using img
    where t.project_id = $1 and t.image_id = img.id and t.key = any($5::text[]) and not t.name = any($4::text[])
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value)
    select $1, img.id, a.name, a.key, a.value
    from img, unnest($4::text[], $5::text[], $6::text[]) as a (name, key, value)
    on conflict (project_id, image_id, name) do nothing
  )
  select seen.after <= seen.tags or seen.after <= $7::int as allowed, seen.after as attempted, ${done} from seen`,
};

/** $1 project, $2 image */
export const lockImage: Statement = {
  name: 'lock-image',
  text: 'select 1 from images where project_id = $1 and id = $2 for no key update',
};

/** $1 project, $2 image. One row when the image is there; `tags` is [[name, key, value], ...]. */
export const listTags: Statement = {
  name: 'list-tags',
  text: `select coalesce((select json_agg(json_build_array(t.name, t.key, t.value) order by t.name) ${tagsOfImage}), '[]') as tags
  from images i where i.project_id = $1 and i.id = $2`,
  reads: true,
};

/** $1 project. Steps through the index from one distinct pair to the next, instead of reading every tag. */
export const listProjectPairs: Statement = {
  name: 'list-project-pairs',
  text: `with recursive pairs as (
    (select key, value from image_tags where project_id = $1 order by key, value limit 1)
    union all
    select n.key, n.value from pairs p, lateral (
      select t.key, t.value from image_tags t
      where t.project_id = $1 and (t.key, t.value) > (p.key, p.value)
      order by t.key, t.value limit 1
    ) n
  )
  select key, value from pairs`,
  reads: true,
  bound: 'long',
};
