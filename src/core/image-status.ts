/** Only those statuses that an image can have here: nothing is imported, nothing is kept deleted. */
export const imageStatuses = ['queued', 'saving', 'active', 'deactivated'] as const;
export type ImageStatus = (typeof imageStatuses)[number];
