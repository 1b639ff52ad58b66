import { Refused } from '../../core/errors';
import { DownloadFailed, ImportInterrupted, type ImportWords, InvalidImport } from '../../core/import';
import { formatMismatchText } from './errors/limits';

/** Properties and messages by which Glance shows imports. */
export const importWords: ImportWords = {
  marks: {
    task: 'os_glance_import_task',
    importingTo: 'os_glance_importing_to_stores',
    failedIn: 'os_glance_failed_import',
  },
  success: (bytes) => `Copied ${String(Math.floor(bytes / 1024 ** 2))} MiB`,
  failure: failureText,
};

/** Glance's own text for whatever it does not foresee: it says no more (divergence D37). */
const internal = 'Task failed due to Internal Error';

function failureText(error: unknown): string {
  if (error instanceof InvalidImport) return error.message;
  if (error instanceof DownloadFailed) return downloadFault(error);
  if (error instanceof ImportInterrupted) return `${internal}: the gateway that ran it ended`;
  if (!(error instanceof Refused)) return internal;
  const { refusal } = error;
  switch (refusal.kind) {
    case 'format-mismatch':
      return `${internal}: ${formatMismatchText(refusal)}`;
    case 'data-too-large':
      return `${internal}: The provided image is too large.`;
    case 'data-no-room':
      return `${internal}: There is not enough disk space on the image storage media.`;
    case 'image-gone':
      return `${internal}: Image has been deleted, aborting import.`;
    default:
      return `${internal}: ${refusal.kind}`;
  }
}

function downloadFault({ reason, status }: DownloadFailed): string {
  switch (reason) {
    case 'status':
      return `${internal}: the host answered ${String(status)}`;
    case 'address-not-allowed':
      return `${internal}: the address is not allowed`;
    case 'no-answer-in-time':
      return `${internal}: the host did not answer in time`;
    case 'cut-off':
      return `${internal}: the data ended before their length`;
    case 'no-connection':
      return `${internal}: the host could not be reached`;
  }
}
