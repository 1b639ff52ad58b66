import type { Logger } from 'winston';
import type { ImageDataService } from '../core/image-data-service';

/** How often to look for orphaned uploads (ms). */
const interval = 10_000;

/** Recovers uploads now, and while the gateway runs. @returns a function to stop */
export async function startUploadRecovery(
  data: Pick<ImageDataService, 'recover'>,
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
  const timer = setInterval(() => void recover(false), interval).unref();
  return {
    close: () => {
      clearInterval(timer);
    },
  };
}
