import { pythonPretty, pythonRepr } from './python-text';

/** Characters of what was sent that an error quotes: as text of Python a body may be four times as long (divergence D31). */
export const maxQuoteLength = 65_536;

/** Over several lines, if it is not that long. */
export function quoteValue(value: unknown, order: 'sent' | 'sorted'): string {
  const whole = pythonRepr(value, order);
  if (whole.length > maxQuoteLength) return whole.slice(0, maxQuoteLength);
  return pythonPretty(value, order).replaceAll('\n', '\n    ');
}
