import { type Caller, changedByGateway } from './caller';
import { type Clock, type Instant, addSeconds } from './clock';
import { type IdGenerator, randomIds } from './ids';
import {
  imageChangesAtJobEnd,
  type Job,
  type JobPlan,
  type JobResult,
  type JobStore,
  type JobType,
} from './job';
import type { ImageDataStore } from './ports';

/** Jobs that are ended one after the other before the clock is looked at again. */
const batch = 500;

/** ms; also how soon a failed attempt is repeated */
const least = 20;
const retry = 1000;

/**
 * The time that jobs take. An image that a job works on is `saving`; at the end of the job it becomes `active`, or is
 * gone. Each process that has begun a job ends those that are due, whichever process began them, and so does every start; who
 * asks for a job that is due ends it first.
 */
export class JobScheduler {
  private timer: NodeJS.Timeout | undefined;
  private wakesAt: Instant | null = null;
  private isClosed = false;

  constructor(
    private readonly store: JobStore,
    private readonly data: Pick<ImageDataStore, 'remove'>,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
    private readonly ids: IdGenerator = randomIds,
  ) {}

  /** @param begunAt when the request came in */
  jobOf(
    caller: Caller,
    type: JobType,
    begunAt: Instant,
    results: readonly JobResult[],
    { durationMs, failure }: JobPlan,
  ): Job {
    const projectId = caller.projectId ?? '';
    return {
      projectId,
      jobId: this.ids.next(projectId).replaceAll('-', ''),
      type,
      begunAt,
      endedAt: durationMs > 0 ? addSeconds(begunAt, durationMs / 1000) : this.clock.now(),
      results,
      failure,
      isPending: durationMs > 0,
    };
  }

  /** Call when the job is stored. */
  begun({ isPending, endedAt }: Job): void {
    if (isPending) this.wakeAt(endedAt);
  }

  /** Ends what other processes have left. */
  start(): void {
    this.wakeAt(this.clock.now());
  }

  /** Ends what is due and sees to it that the others are ended in their time. */
  private async resume(): Promise<void> {
    const jobs = await this.store.pending(batch);
    for (const { projectId, jobId, endedAt } of jobs) {
      if (endedAt > this.clock.now()) {
        this.wakeAt(endedAt);
        return;
      }
      const job = await this.store.get(projectId, jobId);
      if (job) await this.end(job);
    }
    if (jobs.length === batch) this.wakeAt(this.clock.now());
  }

  /** The job, ended if its time is over. */
  async upToDate(job: Job): Promise<Job> {
    if (!job.isPending || job.endedAt > this.clock.now()) return job;
    await this.end(job);
    return { ...job, isPending: false };
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  /** One timer, for the job that ends first. */
  private wakeAt(moment: Instant): void {
    if (this.isClosed || (this.wakesAt !== null && this.wakesAt <= moment)) return;
    this.wakesAt = moment;
    clearTimeout(this.timer);
    const left = Math.max(Date.parse(moment) - Date.parse(this.clock.now()), 0) + least;
    this.timer = setTimeout(() => void this.wake(), left).unref();
  }

  private async wake(): Promise<void> {
    this.wakesAt = null;
    try {
      await this.resume();
    } catch (error) {
      this.onError(error);
      this.wakeAt(addSeconds(this.clock.now(), retry / 1000));
    }
  }

  private async end(job: Job): Promise<void> {
    const removed = await this.store.end(job, imageChangesAtJobEnd(job), {
      by: changedByGateway,
      at: this.clock.now(),
    });
    for (const imageId of removed) await this.data.remove(imageId);
  }
}
