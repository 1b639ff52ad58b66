import { type Instant, instantFromMicros } from '../core/clock';

/** Whole seconds since 1970, the resolution of tokens and of signatures. */
export function toUnixSeconds(instant: Instant): number {
  return Math.floor(Date.parse(`${instant.slice(0, 19)}Z`) / 1000);
}

export function fromUnixSeconds(seconds: number): Instant {
  return instantFromMicros(seconds * 1_000_000);
}

export function addWholeSeconds(instant: Instant, seconds: number): Instant {
  return `${fromUnixSeconds(toUnixSeconds(instant) + seconds).slice(0, 19)}${instant.slice(19)}`;
}
