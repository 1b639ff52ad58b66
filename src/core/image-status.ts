/** Of Glance's statuses only those that an image can have here: nothing is imported, nothing is kept deleted. */
export type ImageStatus = 'queued' | 'saving' | 'active' | 'deactivated';
