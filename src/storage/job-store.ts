import { instantFromMicros, type Instant } from '../core/clock';
import type { NewImage } from '../core/image';
import type { Job, ImageChangeAtJobEnd, JobResult, JobStore, JobType, PendingJob } from '../core/job';
import type { ChangeStamp } from '../core/tag-change';
import type { Database, Queryable, Statement } from './database/database';
import { HourlyPruning } from './hourly-pruning';
import { endJobOnImage, insertImage } from './images/image-store';

interface JobRow {
  readonly type: JobType;
  readonly begun_at: string;
  readonly ended_at: string;
  readonly results: readonly JobResult[];
  readonly failure: string | null;
  readonly pending: boolean | null;
}

interface PendingRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly ended_at: string;
}

const insertJob = {
  name: 'insert-job',
  text: `insert into jobs (project_id, id, type, begun_at, ended_at, results, failure, pending)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

/** $1 project, $2 job. Those with a state are tasks: task-store.ts */
const getJob: Statement = {
  name: 'get-job',
  text: `select type, begun_at, ended_at, results, failure, pending from jobs
  where project_id = $1 and id = $2 and state is null`,
  reads: true,
};

/** $1 limit. It reads every shard, by an index of the few that are pending. */
const pendingJobs: Statement = {
  text: 'select project_id, id, ended_at from jobs where pending order by ended_at, project_id, id limit $1',
  reads: true,
};

/** $1 project, $2 job */
const endJob = {
  text: 'update jobs set pending = null where project_id = $1 and id = $2 and pending returning id',
};

/** $1 project, $2 moment */
const pruneJobs = { text: 'delete from jobs where project_id = $1 and ended_at < $2 and state is null' };

/** ms. Clients poll for seconds, and a job takes an hour at most. */
const keptFor = 24 * 3_600_000;

export class PostgresJobStore implements JobStore {
  private readonly pruning = new HourlyPruning();

  /** @param recorded whether tags of images go into the history */
  constructor(
    private readonly database: Database,
    private readonly recorded = true,
  ) {}

  async register(images: readonly NewImage[], job: Job, given: ChangeStamp): Promise<boolean> {
    const stamp = this.recorded ? given : { ...given, recorded: false };
    try {
      await this.database.transaction(async (client) => {
        for (const image of images) {
          if (!(await insertImage(client, image, stamp))) throw new IdTaken();
        }
        await insert(client, job);
      });
      await this.prune(job);
      return true;
    } catch (error) {
      if (error instanceof IdTaken) return false;
      throw error;
    }
  }

  async add(job: Job): Promise<void> {
    await insert(this.database, job);
    await this.prune(job);
  }

  async get(projectId: string, jobId: string): Promise<Job | undefined> {
    const [row] = await this.database.query<JobRow & Record<string, unknown>>(getJob, [projectId, jobId]);
    if (!row) return undefined;
    const { type, begun_at: begunAt, ended_at: endedAt, results, failure, pending } = row;
    return { projectId, jobId, type, begunAt, endedAt, results, failure, isPending: pending === true };
  }

  async pending(limit: number): Promise<readonly PendingJob[]> {
    const rows = await this.database.query<PendingRow>(pendingJobs, [limit]);
    return rows.map((row) => ({ projectId: row.project_id, jobId: row.id, endedAt: row.ended_at }));
  }

  async end(
    { projectId, jobId }: Job,
    ends: readonly ImageChangeAtJobEnd[],
    given: ChangeStamp,
  ): Promise<readonly string[]> {
    const stamp = this.recorded ? given : { ...given, recorded: false };
    return this.database.transaction(async (client) => {
      const ended = await client.query(endJob, [projectId, jobId]);
      const removed: string[] = [];
      for (const { image, becomes } of ended.length > 0 ? ends : []) {
        if (await endJobOnImage(client, image, becomes, stamp)) removed.push(image.imageId);
      }
      return removed;
    });
  }

  private async prune({ projectId, endedAt }: Job): Promise<void> {
    await this.pruning.of(projectId, endedAt, () =>
      this.database.query(pruneJobs, [projectId, before(endedAt)]),
    );
  }
}

function before(moment: Instant): Instant {
  return instantFromMicros((Date.parse(moment) - keptFor) * 1000);
}

/** Rolls back the whole transaction. */
class IdTaken extends Error {}

async function insert(client: Queryable, job: Job): Promise<void> {
  const { projectId, jobId, type, begunAt, endedAt, results, failure, isPending } = job;
  const values = [projectId, jobId, type, begunAt, endedAt, JSON.stringify(results), failure];
  await client.query(insertJob, [...values, isPending ? true : null]);
}
