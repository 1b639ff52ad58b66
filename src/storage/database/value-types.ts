import { types } from 'pg';

const timestamptz = 1184;
const int8 = 20;
const space = 32;

/**
 * Postgres' text of a moment as an `Instant`: six decimals, in UTC. The text is in the session's time zone, which
 * behind a PgBouncer is whatever the server has.
 */
export function parseInstant(text: string): string {
  // As sessions of our own have it, with the decimals that are not zero.
  if (text.endsWith('+00') && text.charCodeAt(10) === space && text.length < 30) {
    const decimals = text.slice(20, -3).padEnd(6, '0');
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${decimals}Z`;
  }
  const [, date = '', time = '', decimals = '', offset = ''] =
    /^([^ T]+)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(\D.*)?$/.exec(text) ?? [];
  return `${inUtc(`${date}T${time}`, offset)}.${decimals.padEnd(6, '0')}Z`;
}

function inUtc(local: string, offset: string): string {
  const [, sign, hours, minutes = '0', seconds = '0'] =
    /^([+-])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(offset) ?? [];
  const shift = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (shift === 0) return local;
  const moment = Date.parse(`${local}Z`) + (sign === '-' ? shift : -shift) * 1000;
  return new Date(moment).toISOString().slice(0, 19);
}

/** How the driver parses a column's text. */
export function columnValueParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === timestamptz) return parseInstant;
  if (oid === int8) return Number;
  return types.getTypeParser(oid, format) as (text: string) => unknown;
}
