/** Only the statuses used here: no imports, no images kept after deletion. */
export const imageStatuses = ['queued', 'saving', 'active', 'deactivated'] as const;
export type ImageStatus = (typeof imageStatuses)[number];
