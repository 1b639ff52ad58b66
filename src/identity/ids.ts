import { randomBytes } from 'node:crypto';

/** Where operators' projects and users live, as Keystone calls it. */
export const defaultDomain = 'default';

export function newId(): string {
  return randomBytes(16).toString('hex');
}

/** 32 hex digits: tokens carry them as 16 bytes. */
export function isUserId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** Access keys are written into a header between `=` and `,` or `/`. */
export function isAccessKey(text: string): boolean {
  return /^[0-9A-Za-z_.-]{1,64}$/.test(text);
}

/** Names of projects, users and application credentials: what can be stored, distinguished and shown. */
export function isValidName(text: string): boolean {
  return text.trim() !== '' && text.length <= 255 && text.isWellFormed() && !/\p{Cc}/u.test(text);
}
