import type { ImageCounter } from '../../core/image-quota';
import type { Database, Statement } from '../database/database';

/** $1 project, $2 at most so many. Reads no further than that. */
const countOwned: Statement = {
  name: 'count-owned',
  text: 'select count(*)::int as owned from (select 1 from images where project_id = $1 limit $2) i',
  reads: true,
};

export class PostgresImageCounter implements ImageCounter {
  constructor(private readonly database: Database) {}

  async countOwned(projectId: string, most: number): Promise<number> {
    const [row] = await this.database.query<{ owned: number }>(countOwned, [projectId, most]);
    return row?.owned ?? 0;
  }
}
