import type { Instant } from '../../../core/clock';

const date =
  '(?<year>\\d{4})(?:(?:-(?<monthDash>\\d{1,2})|(?<month>\\d{2})(?!$))(?:(?:-(?<dayDash>\\d{1,2})|(?<day>\\d{2}))';
const time =
  '[ T](?<hour>\\d{2})(?::?(?<minute>\\d{2}))?(?::?(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?)?';
const zone = '(?:Z|(?<sign>[+-])(?<zoneHour>\\d{2}):?(?<zoneMinute>\\d{2})?)?';
const iso8601 = new RegExp(`^${date}(?:${time}${zone})?)?)?$`);

/**
 * A moment in any of the spellings of ISO 8601 that Glance takes; without a zone it is UTC.
 * @returns undefined when it is invalid
 */
export function parseMoment(text: string): Instant | undefined {
  const groups = iso8601.exec(text)?.groups;
  if (!groups) return undefined;
  const number = (...names: string[]): number | undefined => {
    const found = names.map((name) => groups[name]).find((digits) => digits !== undefined);
    return found === undefined ? undefined : Number(found);
  };
  const year = number('year') ?? 0;
  const month = number('month', 'monthDash') ?? 1;
  const day = number('day', 'dayDash') ?? 1;
  const clock = [number('hour') ?? 0, number('minute') ?? 0, number('second') ?? 0] as const;
  if (year < 1 || !isDay(year, month, day) || clock[0] > 23 || clock[1] > 59 || clock[2] > 59)
    return undefined;
  const zoneMinutes = (number('zoneHour') ?? 0) * 60 + (number('zoneMinute') ?? 0);
  const shift = (groups['sign'] === '-' ? 1 : -1) * zoneMinutes;
  const moment = dayOf(year, month, day);
  moment.setUTCHours(clock[0], clock[1] + shift, clock[2]);
  const seconds = moment.toISOString().slice(0, -5);
  // A zone may move a moment out of the years 1 to 9999, which are all that anything here has.
  if (!/^(?!0000)\d/.test(seconds)) return undefined;
  return `${seconds}.${(groups['fraction'] ?? '').slice(0, 6).padEnd(6, '0')}Z`;
}

function dayOf(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

function isDay(year: number, month: number, day: number): boolean {
  const made = dayOf(year, month, day);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}
