import type { Caller } from './caller';
import type { Clock } from './clock';
import { Refused } from './errors';
import { roleAllows } from './policy';

/** How the images of one project are tagged, at one moment. Lists keep only the greatest; counts cover all. */
export interface ProjectStatistics {
  readonly images: number;
  readonly untagged: number;
  readonly tags: number;
  readonly keys: { readonly count: number; readonly most: readonly TagUseCount[] };
  /** Of one key; null if the project has no tags and no key was requested. */
  readonly values: {
    readonly key: string | null;
    readonly count: number;
    readonly most: readonly TagUseCount[];
  };
  /** Existing images by day of creation (`2026-11-21`, UTC), without empty days. */
  readonly days: readonly { readonly day: string; readonly images: number }[];
}

/** A key or a value, and how many tags have it. */
export interface TagUseCount {
  readonly text: string;
  readonly uses: number;
}

export interface StatisticsQuery {
  readonly projectId: string;
  /** The key whose values to count; null: the most used key. */
  readonly key: string | null;
  /** The first day to report. */
  readonly since: string;
  /** How many keys, and how many values, to report. */
  readonly most: number;
}

export interface StatisticsStore {
  read(query: StatisticsQuery): Promise<ProjectStatistics>;
}

/** Maximum number of keys, values and days in the answer. */
export const statisticsLimits = { most: 50, days: 90 } as const;

/** Charts of `/console`. */
export class StatisticsService {
  constructor(
    private readonly store: StatisticsStore,
    private readonly clock: Clock,
  ) {}

  /** Of the images of the caller's project. @throws Refused not-allowed */
  async ofProject(
    caller: Caller,
    key: string | null,
  ): Promise<ProjectStatistics & { readonly since: string }> {
    if (caller.projectId === null || !roleAllows(caller, 'get_images')) {
      throw new Refused({ kind: 'not-allowed', action: 'get_images', because: 'role', imageId: null });
    }
    const { most, days } = statisticsLimits;
    const since = dayBefore(this.clock.now(), days - 1);
    const statistics = await this.store.read({ projectId: caller.projectId, key, since, most });
    return { ...statistics, since };
  }
}

/** @returns the day (UTC) that many days before the moment */
function dayBefore(moment: string, days: number): string {
  const day = new Date(`${moment.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}
