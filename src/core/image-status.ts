/** Only the statuses used here: no images kept after deletion. `uploading`: data are staged, or being staged. */
export const imageStatuses = ['queued', 'saving', 'uploading', 'importing', 'active', 'deactivated'] as const;
export type ImageStatus = (typeof imageStatuses)[number];
