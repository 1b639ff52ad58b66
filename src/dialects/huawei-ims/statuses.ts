import type { ImageStatus } from '../../core/image-status';

/** IMS knows no import: an image that gets its data is being saved. */
const shownAsSaving: readonly ImageStatus[] = ['saving', 'uploading', 'importing'];

export function toHuaweiStatus(status: ImageStatus): ImageStatus {
  return shownAsSaving.includes(status) ? 'saving' : status;
}

/** The statuses that are shown as this one; the status itself if it is not shown as another. */
export function fromHuaweiStatus(status: string): readonly string[] {
  return status === 'saving' ? shownAsSaving : [status];
}
