import type { HeaderList } from '../exchange';
import { type PlaceholderBindings, matchesRecordedText } from './placeholders';

/** A part of an exchange that a divergence may be about. */
export const comparedParts = ['status', 'headers', 'body', 'connection', 'state'] as const;
export type ComparedPart = (typeof comparedParts)[number];

export interface Difference {
  readonly part: ComparedPart;
  readonly recorded: string;
  readonly actual: string;
}

/** An answer, or what was recorded of one. */
export interface ComparedAnswer {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
}

export interface ComparisonOptions {
  readonly method: string;
  readonly bindings: PlaceholderBindings;
  /** By its name in lower case. */
  readonly isCompared: (header: string) => boolean;
}

/** Where an answer is not the recorded one. Order and letter case of header names do not count. */
export function compareAnswers(
  recorded: ComparedAnswer & { readonly text: string },
  actual: ComparedAnswer & { readonly text: string; readonly bytes: number },
  { method, bindings, isCompared }: ComparisonOptions,
): Difference[] {
  const pairs = [
    ['status', statusLine(recorded), statusLine(actual)],
    ['headers', headerText(recorded.headers, isCompared), headerText(actual.headers, isCompared)],
    ['body', recorded.text, actual.text],
  ] as const;
  const found: Difference[] = pairs
    .filter(([, before, after]) => !matchesRecordedText(before, after, bindings))
    .map(([part, before, after]) => ({ part, recorded: before, actual: after }));
  const wrong = wrongLength(actual, method);
  if (wrong !== null) found.push({ part: 'headers', recorded: recorded.reason, actual: wrong });
  return found;
}

function statusLine({ version, status, reason }: ComparedAnswer): string {
  return `${version} ${String(status)} ${reason}`;
}

/** Sorted, one a line. A length is that of its own body, which names its own server and has its own ids. */
function headerText(headers: HeaderList, isCompared: ComparisonOptions['isCompared']): string {
  return headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => isCompared(name))
    .map(([name, value]) => `${name}: ${name === 'content-length' && value !== '0' ? '…' : value}`)
    .sort()
    .join('\n');
}

function wrongLength(
  { headers, bytes }: ComparedAnswer & { readonly bytes: number },
  method: string,
): string | null {
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const isRight = method === 'HEAD' || length === undefined || Number(length) === bytes;
  return isRight ? null : `a wrong Content-Length: ${length}`;
}
