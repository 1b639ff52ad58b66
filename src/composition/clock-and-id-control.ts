import type { ClockAndIdControl } from '../admin/time';
import type { Clock } from '../core/clock';
import type { RepeatableIds } from '../core/ids';
import { SettableClock } from '../core/settable-clock';
import type { Config } from '../settings/config';
import type { History } from './history';

/** Without `/admin` it cannot be set, so the clock itself is used. */
export function createClock({ admin }: Config, clock: Clock): Clock {
  return admin ? new SettableClock(clock) : clock;
}

/** null: `/admin` is off */
export function createClockAndIdControl(
  clock: Clock,
  ids: RepeatableIds,
  past: History,
): ClockAndIdControl | null {
  if (!(clock instanceof SettableClock)) return null;
  return {
    clock,
    removeExpired: past.removeExpired,
    setIds: (seed) => {
      ids.begin(seed);
    },
  };
}
