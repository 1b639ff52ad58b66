import type { Logger } from 'winston';
import type { JobScheduler } from '../core/job-scheduler';
import type { DataServices } from './data-services';

/** How often to look for orphaned uploads (ms). */
const interval = 10_000;

interface Unfinished extends Pick<DataServices, 'unfinished' | 'imports'> {
  readonly jobScheduler: Pick<JobScheduler, 'start' | 'close'>;
}

/**
 * Recovers uploads and imports now, and while the gateway runs, and ends jobs in their time.
 * @returns a function to stop that, and what is imported
 */
export async function startRecovery(
  { unfinished, imports, jobScheduler }: Unfinished,
  isFirst: boolean,
  log: Pick<Logger, 'warn'>,
): Promise<{ close(): Promise<void> }> {
  const recover = async (atStart: boolean): Promise<void> => {
    try {
      await unfinished.recover(atStart);
    } catch (error) {
      // Retried soon: most likely the database is unreachable.
      log.warn('uploads cannot be recovered yet', { error: String(error) });
    }
  };
  await recover(isFirst);
  if (isFirst) jobScheduler.start();
  const timer = setInterval(() => void recover(false), interval).unref();
  return {
    close: () => {
      clearInterval(timer);
      jobScheduler.close();
      return imports.close();
    },
  };
}
