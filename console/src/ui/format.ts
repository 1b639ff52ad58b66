/** `21 Nov 2026, 08:15`, UTC as in every answer. */
export function moment(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return '';
  return dates.format(date).replace(',', '');
}

const dates = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** @param size null: there is no data */
export function bytes(size: number | null): string {
  if (size === null) return '–';
  const power = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(size) / 10));
  const number = size / 1024 ** power;
  return `${number.toFixed(power === 0 || number >= 100 ? 0 : 1)} ${units[power] ?? ''}`;
}

export function count(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : several}`;
}
