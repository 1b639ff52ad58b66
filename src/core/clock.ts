/**
 * A moment as ISO 8601 text in UTC with exactly six decimals: `2026-11-21T03:37:01.123456Z`.
 * This form sorts chronologically, keeps Postgres' microseconds (a `Date` would drop them, and with them the
 * order of two images created in one millisecond), and is truncated, not computed, for the wire.
 */
export type Instant = string;

export interface Clock {
  now(): Instant;
}

/** The machine's clock. Strictly increasing within one process. */
export class SystemClock implements Clock {
  private last = 0;

  now(): Instant {
    const micros = Math.floor((performance.timeOrigin + performance.now()) * 1000);
    // The monotonic clock drifts from the wall clock over weeks; the wall clock wins beyond a second.
    const wall = Date.now() * 1000;
    const best = Math.abs(wall - micros) > 1_000_000 ? wall : micros;
    this.last = Math.max(best, this.last + 1);
    return instantFromMicros(this.last);
  }
}

/** @param micros microseconds since 1970, UTC */
export function instantFromMicros(micros: number): Instant {
  const second = Math.floor(micros / 1_000_000);
  // Every request asks for the time, most within the same second as the previous one.
  if (second !== lastSecond.number) {
    lastSecond = { number: second, text: new Date(second * 1000).toISOString().slice(0, 19) };
  }
  return `${lastSecond.text}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}

/** The moment, or the first one after `before` if that is later. */
export function ensureLaterThan(moment: Instant, before: Instant): Instant {
  if (moment > before) return moment;
  return instantFromMicros(microsFromInstant(before) + 1);
}

/** The moment some seconds later. */
export function addSeconds(moment: Instant, seconds: number): Instant {
  return instantFromMicros(microsFromInstant(moment) + Math.round(seconds * 1_000_000));
}

/** Since 1970. */
export function microsFromInstant(moment: Instant): number {
  return Date.parse(`${moment.slice(0, 19)}Z`) * 1000 + Number(moment.slice(20, 26));
}

let lastSecond = { number: NaN, text: '' };

/** The form both vendors send: whole seconds, `2026-11-21T03:37:01Z`. */
export function formatWholeSeconds(instant: Instant): string {
  return `${instant.slice(0, 19)}Z`;
}
