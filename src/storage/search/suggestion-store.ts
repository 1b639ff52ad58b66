import type { TagUseCount } from '../../core/project-statistics';
import type { SuggestionQuery, SuggestionStore } from '../../core/tag-suggestions';
import type { Database, Statement } from '../database/database';

/** Greater than every text that begins with the prefix, in the order of code points. */
const behind = (prefix: string): string => `${prefix}\u{10ffff}`;

/** $1 project, $2 prefix, $3 what is behind it, $4 limit. The bounds let the index on pairs skip all else. */
const keys: Statement = {
  text: `select key as text, count(*) as uses from image_tags
    where project_id = $1 and key >= $2 and key < $3
    group by key order by uses desc, key limit $4::int`,
  reads: true,
};

/** As above, with $5 the key. */
const values: Statement = {
  text: `select value as text, count(*) as uses from image_tags
    where project_id = $1 and key = $5 and value >= $2 and value < $3
    group by value order by uses desc, value limit $4::int`,
  reads: true,
};

interface UseRow extends TagUseCount, Record<string, unknown> {}

export class PostgresSuggestionStore implements SuggestionStore {
  constructor(private readonly database: Database) {}

  async suggest({ projectId, key, prefix, limit }: SuggestionQuery): Promise<readonly TagUseCount[]> {
    const parameters = [projectId, prefix, behind(prefix), limit];
    const rows =
      key === null
        ? await this.database.query<UseRow>(keys, parameters)
        : await this.database.query<UseRow>(values, [...parameters, key]);
    return rows.map(({ text, uses }) => ({ text, uses }));
  }
}
