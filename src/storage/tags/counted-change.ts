/** One image has a tag with a value once, so that nothing is to be summed up. */
const rowChanges = `select key, value, -1::bigint as images from gone union all select key, value, 1 from put`;
const changesByTag = `select r.key, r.value, sum(r.images)::bigint as images from (${rowChanges}) r
      group by r.key, r.value having sum(r.images) <> 0`;
const keepsAny =
  'where (select true from tag_counts a where a.project_id = $1 order by a.project_id, a.key, a.value limit 1)';

/**
 * The step of a change of tags that counts its rows `gone` and `put`, by tag, for tags whose count is kept: in one row, which is
 * only inserted, so that no writer waits for another one. Most projects keep none, and then nothing is summed up; in order, so
 * that it is found by the index. Citus keeps none at all.
 */
export const countedChange = (many: boolean, countId: string): string => `,
  counted as (
    insert into tag_count_changes (project_id, id, tag_keys, tag_values, images)
    select $1, ${countId}, array_agg(d.key), array_agg(d.value), array_agg(d.images)
    from (${many ? changesByTag : rowChanges}) d
    cross join lateral (
      select 1 from tag_counts k where k.project_id = $1 and k.key = d.key and k.value = d.value offset 0
    ) k
    ${many ? keepsAny : ''}
    having count(*) > 0
  )`;
