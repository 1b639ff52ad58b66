import type { Logger } from 'winston';
import type { ImageDataService } from '../core/image-data-service';

/** How often uploads are looked for that have lost their process (ms). */
const interval = 10_000;

/** Recovers uploads now, and for as long as the gateway runs. @returns closes it */
export async function keepRecovering(
  data: Pick<ImageDataService, 'recover'>,
  isFirst: boolean,
  log: Pick<Logger, 'warn'>,
): Promise<{ close(): void }> {
  const recover = async (atStart: boolean): Promise<void> => {
    try {
      await data.recover(atStart);
    } catch (error) {
      // Tried again in a moment: most likely the database is away.
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
