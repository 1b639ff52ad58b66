import { type Bindings, hasForm } from './placeholders';
import type { RawAnswer } from './raw-exchange';
import type { RecordedResponse } from './recording';

/** A part of an exchange that a divergence may be about. */
export const parts = ['status', 'headers', 'body', 'connection', 'state'] as const;
export type Part = (typeof parts)[number];

export interface Difference {
  readonly part: Part;
  readonly recorded: string;
  readonly actual: string;
}

/** Where an answer is not the recorded one. Order and letter case of header names do not count. */
export async function differences(
  recorded: RecordedResponse,
  actual: RawAnswer,
  method: string,
  bindings: Bindings,
): Promise<Difference[]> {
  const found: Difference[] = [];
  const compare = (part: Part, before: string, after: string): void => {
    if (!hasForm(before, after, bindings)) found.push({ part, recorded: before, actual: after });
  };
  compare('status', statusLine(recorded), statusLine(actual));
  compare('headers', headerText(recorded.headers), headerText(actual.headers));
  compareLength(recorded, actual, method, found);
  compare('body', bodyText(recorded), actual.body.toString('utf8'));
  compare('connection', recorded.connection, await actual.connection);
  compare('connection', (recorded.interim ?? []).join(), actual.interim.join());
  return found;
}

function statusLine({ version, status, reason }: RecordedResponse | RawAnswer): string {
  return `${version} ${String(status)} ${reason}`;
}

function bodyText({ body, body_base64 }: RecordedResponse): string {
  return body_base64 === undefined ? body : Buffer.from(body_base64, 'base64').toString('utf8');
}

/** Sorted, one a line. A length is that of its own body, which names its own server and has its own ids. */
function headerText(headers: RawAnswer['headers']): string {
  return headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    // Divergence D23: Glance has none.
    .filter(([name]) => name !== 'etag')
    .map(([name, value]) => `${name}: ${name === 'content-length' && value !== '0' ? '…' : value}`)
    .sort()
    .join('\n');
}

function compareLength(
  recorded: RecordedResponse,
  actual: RawAnswer,
  method: string,
  found: Difference[],
): void {
  const length = actual.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  if (method === 'HEAD' || length === undefined || Number(length) === actual.body.length) return;
  found.push({ part: 'headers', recorded: recorded.reason, actual: `a wrong Content-Length: ${length}` });
}
