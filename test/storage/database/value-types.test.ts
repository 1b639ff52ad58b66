import { parseInstant } from '../../../src/storage/database/value-types';

test.each([
  ['2026-11-21 08:00:00+00', '2026-11-21T08:00:00.000000Z'],
  ['2026-11-21 08:00:00.12+00', '2026-11-21T08:00:00.120000Z'],
  ['2026-11-21 01:30:00.123456+02', '2026-11-20T23:30:00.123456Z'],
  ['2026-11-21 20:15:00-04:30', '2026-11-22T00:45:00.000000Z'],
  ['1890-01-01 00:53:28+00:53:28', '1890-01-01T00:00:00.000000Z'],
])('the moment %s, in whatever time zone the session is, is %s', (text, moment) => {
  expect(parseInstant(text)).toBe(moment);
});
