import { type Instant, instantOf } from '../core/clock';

/** Whole seconds since 1970, the resolution of tokens and of signatures. */
export function secondsOf(instant: Instant): number {
  return Math.floor(Date.parse(`${instant.slice(0, 19)}Z`) / 1000);
}

export function instantAt(seconds: number): Instant {
  return instantOf(seconds * 1_000_000);
}

export function plusSeconds(instant: Instant, seconds: number): Instant {
  return `${instantAt(secondsOf(instant) + seconds).slice(0, 19)}${instant.slice(19)}`;
}
