import type {
  ProjectStatistics,
  StatisticsQuery,
  StatisticsStore,
  TagUseCount,
} from '../../core/project-statistics';
import type { Database, Statement } from '../database/database';

/**
 * $1 project, $2 first day, $3 key or null, $4 how many keys and values. One statement, so that the numbers are of
 * one moment and add up. It reads every tag of the project by an index, and is never named: what is quickest
 * depends on how large the project is.
 */
const projectStatistics: Statement = {
  text: `with keys as (
    select key, count(*) as uses from image_tags where project_id = $1 group by key
  ),
  most_keys as (select key as text, uses from keys order by uses desc, key limit $4::int),
  chosen as (select coalesce($3::text, (select text from most_keys order by uses desc, text limit 1)) as key),
  of_key as (
    select value, count(*) as uses from image_tags
    where project_id = $1 and key = (select key from chosen) group by value
  ),
  most_values as (select value as text, uses from of_key order by uses desc, value limit $4::int),
  days as (
    select (created_at at time zone 'UTC')::date as day, count(*) as images from images
    where project_id = $1 and created_at >= $2::timestamp at time zone 'UTC' group by 1
  )
  select
    (select count(*) from images where project_id = $1) as images,
    (select count(*) from images i where i.project_id = $1 and not exists (
      select 1 from image_tags t where t.project_id = i.project_id and t.image_id = i.id)) as untagged,
    (select coalesce(sum(uses), 0)::bigint from keys) as tags,
    (select count(*) from keys) as key_count,
    (select coalesce(json_agg(m order by uses desc, text), '[]') from most_keys m) as most_keys,
    (select key from chosen) as key,
    (select count(*) from of_key) as value_count,
    (select coalesce(json_agg(m order by uses desc, text), '[]') from most_values m) as most_values,
    (select coalesce(json_agg(d order by day), '[]') from days d) as days`,
  reads: true,
};

interface StatisticsRow extends Record<string, unknown> {
  readonly images: number;
  readonly untagged: number;
  readonly tags: number;
  readonly key_count: number;
  readonly most_keys: readonly TagUseCount[];
  readonly key: string | null;
  readonly value_count: number;
  readonly most_values: readonly TagUseCount[];
  readonly days: ProjectStatistics['days'];
}

export class PostgresStatisticsStore implements StatisticsStore {
  constructor(private readonly database: Database) {}

  async read({ projectId, key, since, most }: StatisticsQuery): Promise<ProjectStatistics> {
    const [row] = await this.database.query<StatisticsRow>(projectStatistics, [projectId, since, key, most]);
    if (!row) throw new Error('an aggregate has one row');
    const { images, untagged, tags, days } = row;
    return {
      images,
      untagged,
      tags,
      keys: { count: row.key_count, most: row.most_keys },
      values: { key: row.key, count: row.value_count, most: row.most_values },
      days,
    };
  }
}
