import { InvalidArgumentError } from 'commander';

/** Reads an option of commander. @throws InvalidArgumentError unless it is a whole number above 0 */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number above 0 is needed');
  return Number(text);
}
