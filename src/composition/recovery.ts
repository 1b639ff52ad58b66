import type { Logger } from 'winston';
import type { ImageDataService } from '../core/image-data-service';
import type { JobCourses } from '../core/job-courses';

/** How often to look for orphaned uploads (ms). */
const interval = 10_000;

interface Unfinished {
  readonly data: Pick<ImageDataService, 'recover'>;
  readonly jobCourses: Pick<JobCourses, 'start' | 'close'>;
}

/** Recovers uploads now, and while the gateway runs, and ends jobs in their time. @returns a function to stop */
export async function startRecovery(
  { data, jobCourses }: Unfinished,
  isFirst: boolean,
  log: Pick<Logger, 'warn'>,
): Promise<{ close(): void }> {
  const recover = async (atStart: boolean): Promise<void> => {
    try {
      await data.recover(atStart);
    } catch (error) {
      // Retried soon: most likely the database is unreachable.
      log.warn('uploads cannot be recovered yet', { error: String(error) });
    }
  };
  await recover(isFirst);
  if (isFirst) jobCourses.start();
  const timer = setInterval(() => void recover(false), interval).unref();
  return {
    close: () => {
      clearInterval(timer);
      jobCourses.close();
    },
  };
}
