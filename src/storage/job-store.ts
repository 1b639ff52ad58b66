import type { NewImage } from '../core/image';
import type { Job, JobResult, JobStore, JobType } from '../core/job';
import type { Database, Queryable } from './database';
import { insertImage } from './image-store';

interface JobRow {
  readonly type: JobType;
  readonly begun_at: string;
  readonly ended_at: string;
  readonly results: readonly JobResult[];
}

const insertJob = {
  name: 'insert-job',
  text: 'insert into jobs (project_id, id, type, begun_at, ended_at, results) values ($1, $2, $3, $4, $5, $6)',
};

/** $1 project, $2 job */
const getJob = {
  name: 'get-job',
  text: 'select type, begun_at, ended_at, results from jobs where project_id = $1 and id = $2',
};

export class PostgresJobStore implements JobStore {
  constructor(private readonly database: Database) {}

  async register(images: readonly NewImage[], job: Job): Promise<boolean> {
    try {
      await this.database.transaction(async (client) => {
        for (const image of images) {
          if (!(await insertImage(client, image))) throw new IdTaken();
        }
        await insert(client, job);
      });
      return true;
    } catch (error) {
      if (error instanceof IdTaken) return false;
      throw error;
    }
  }

  async add(job: Job): Promise<void> {
    await insert(this.database, job);
  }

  async get(projectId: string, jobId: string): Promise<Job | undefined> {
    const [row] = await this.database.query<JobRow & Record<string, unknown>>(getJob, [projectId, jobId]);
    if (!row) return undefined;
    const { type, begun_at: begunAt, ended_at: endedAt, results } = row;
    return { projectId, jobId, type, begunAt, endedAt, results };
  }
}

/** Takes the whole transaction back. */
class IdTaken extends Error {}

async function insert(client: Queryable, job: Job): Promise<void> {
  const { projectId, jobId, type, begunAt, endedAt, results } = job;
  await client.query(insertJob, [projectId, jobId, type, begunAt, endedAt, JSON.stringify(results)]);
}
