import { ask, bodyOf } from './exchange';
import type { Session } from './session';

/** A key or a value, and how many tags have it. */
export type Use = readonly [text: string, uses: number];

export interface Statistics {
  readonly images: number;
  readonly untagged: number;
  readonly tags: number;
  readonly keys: { readonly count: number; readonly most: readonly Use[] };
  readonly values: { readonly key: string | null; readonly count: number; readonly most: readonly Use[] };
  readonly growth: {
    readonly since: string;
    readonly days: number;
    readonly created: readonly (readonly [day: string, images: number])[];
  };
}

/** @param key whose values are counted; null: of the key that is used most @throws ServerRefusal */
export async function readStatistics({ token }: Session, key: string | null): Promise<Statistics> {
  const query = key === null ? '' : `?key=${encodeURIComponent(key)}`;
  const path = `/console/api/statistics${query}`;
  return bodyOf(await ask({ method: 'GET', path, purpose: { kind: 'other' } }, token)) as Statistics;
}

export interface Day {
  /** `2026-11-21`, UTC */
  readonly day: string;
  readonly created: number;
  /** Images that are there and were made on this day or before. */
  readonly total: number;
}

/** Every day of the period, also those on which nothing was made. */
export function growthOf({ images, growth }: Pick<Statistics, 'images' | 'growth'>): Day[] {
  const made = new Map(growth.created);
  let total = images - growth.created.reduce((sum, [, created]) => sum + created, 0);
  return Array.from({ length: growth.days }, (_, number) => {
    const moment = new Date(`${growth.since}T00:00:00Z`);
    moment.setUTCDate(moment.getUTCDate() + number);
    const day = moment.toISOString().slice(0, 10);
    const created = made.get(day) ?? 0;
    total += created;
    return { day, created, total };
  });
}
