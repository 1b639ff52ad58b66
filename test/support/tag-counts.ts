import type { Database, Queryable } from '../../src/storage/database/database';
import { countTag } from '../../src/storage/tags/tag-count-statements';
import { type CountBounds, type CountedTag, TagCounts } from '../../src/storage/tags/tag-counts';

/** Everything is kept, and put together, at the first opportunity. */
export const eager: CountBounds = { least: 1, most: 100, changes: 2, pauseMs: 1, foldMs: 1 };

export interface Compared extends Record<string, unknown> {
  readonly images: number;
  readonly kept: boolean;
  /** As the tags themselves say in the same snapshot. */
  readonly plain: number;
}

export async function compared(client: Queryable, tag: CountedTag): Promise<Compared> {
  const text = `select c.images, c.kept, (
      select count(*) from image_tags t where t.project_id = $1 and t.key = $2 and t.value = $3
    ) as plain from (${countTag.text}) c`;
  const [row] = await client.query<Compared>({ text }, [tag.projectId, tag.key, tag.value]);
  if (!row) throw new Error('it has one row');
  return row;
}

/** Has the counts of all tags with a value that a project has now kept, while others change them. */
export async function keepCounts(database: Database, projectId: string): Promise<void> {
  const counts = new TagCounts(database, undefined, { ...eager, most: 1000 });
  const text = `select distinct key, value from image_tags where project_id = $1 and value <> ''`;
  const tags = await database.query<{ key: string; value: string }>({ text }, [projectId]);
  for (const { key, value } of tags) {
    await counts.count({ projectId, key, value });
    await counts.settled();
  }
}

/** All kept counts against the tags of the same snapshot. */
export async function comparedCounts(client: Queryable): Promise<{ kept: number; wrong: string[] }> {
  const text = `with changes as (
      select c.project_id, u.key, u.value, sum(u.images) as images from tag_count_changes c
      cross join lateral unnest(c.tag_keys, c.tag_values, c.images) as u (key, value, images) group by 1, 2, 3
    )
    select a.key || '=' || a.value as tag, (a.images + coalesce(c.images, 0))::int as images, (
        select count(*)::int from image_tags t where t.project_id = a.project_id and t.key = a.key and t.value = a.value
      ) as plain
    from tag_counts a left join changes c using (project_id, key, value)
    where a.counted and not exists (select 1 from tag_changes h where h.project_id = a.project_id and h.uncounted)`;
  const rows = await client.query<{ tag: string; images: number; plain: number }>({ text }, []);
  const wrong = rows.filter(({ images, plain }) => images !== plain);
  return {
    kept: rows.length,
    wrong: wrong.map(
      ({ tag, images, plain }) =>
        `the count of ${tag} is kept as ${String(images)}, and ${String(plain)} images have it`,
    ),
  };
}
