import type { Statement } from '../database/database';

/** $1 project, $2 image */
export const lockImage: Statement = {
  name: 'lock-image',
  text: 'select 1 from images where project_id = $1 and id = $2 for no key update',
};

/** $1 project, $2 image. One row when the image is there; `tags` is [[name, key, value], ...]. */
export const listTags: Statement = {
  name: 'list-tags',
  text: `select i.tag_revision as revision, i.updated_at,
    coalesce((select json_agg(json_build_array(t.name, t.key, t.value) order by t.name)
      from image_tags t where t.project_id = $1 and t.image_id = $2), '[]') as tags
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
