import { AssertionError, deepStrictEqual } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallsQuery, ExpectedCall, Journal, JournalEntry } from './admin-types';

const lookEvery = 50;
/** Of one page of the journal, which keeps no more. */
const pageLimit = 1_000;

/** @throws AssertionError */
export async function assertCalls(
  journal: Pick<Journal, 'read'>,
  expected: readonly ExpectedCall[],
  query: CallsQuery = {},
): Promise<void> {
  const { timeoutMs = 1_000, userAgent, ...asked } = query;
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { entries } = await journal.read({ ...asked, limit: pageLimit });
    const made = entries.filter((entry) => isBy(userAgent, entry));
    if (made.length === expected.length && expected.every((call, at) => isCall(call, made[at]))) return;
    if (performance.now() >= until) throw difference(expected, made);
    // An entry is written when its answer has left, which the client may see first.
    await sleep(lookEvery);
  }
}

function isBy(userAgent: string | undefined, { request }: JournalEntry): boolean {
  return userAgent === undefined || (request.headers['user-agent'] ?? '').includes(userAgent);
}

function isCall(expected: ExpectedCall, entry: JournalEntry | undefined): boolean {
  if (!entry) return false;
  const { call, ...rest } = typeof expected === 'string' ? { call: expected } : expected;
  const [method, target = '', status] = call.split(' ');
  const [path = '', query] = entry.target.split(/\?(.*)/s);
  const [wantedPath = '', wantedQuery] = target.split(/\?(.*)/s);
  return (
    method === entry.method &&
    isPath(wantedPath, path) &&
    (wantedQuery === undefined || wantedQuery === query) &&
    (status === undefined || status === String(entry.status)) &&
    (!('body' in rest) || isSame(rest.body, entry.request.body))
  );
}

function isPath(wanted: string, path: string): boolean {
  const [pattern, segments] = [wanted.split('/'), path.split('/')];
  return (
    pattern.length === segments.length && pattern.every((one, at) => one === '*' || one === segments[at])
  );
}

function isSame(wanted: unknown, body: string | null): boolean {
  try {
    deepStrictEqual(body === null ? null : JSON.parse(body), wanted);
    return true;
  } catch {
    return false;
  }
}

/** With Node's own rendering of the two lists, where a call as expected is the same line on both sides. */
function difference(expected: readonly ExpectedCall[], made: readonly JournalEntry[]): AssertionError {
  const actual = made.map((entry) => lineOf(entry, expected.some(hasBody)));
  const wanted = expected.map((call, at) => {
    const line = typeof call === 'string' ? call : `${call.call} ${JSON.stringify(call.body)}`;
    return isCall(call, made[at]) ? (actual[at] ?? line) : line;
  });
  return new AssertionError({ actual, expected: wanted, operator: 'deepStrictEqual' });
}

function hasBody(call: ExpectedCall): boolean {
  return typeof call !== 'string';
}

function lineOf({ method, target, status, request }: JournalEntry, withBody: boolean): string {
  const body = withBody && request.body !== null ? ` ${request.body}` : '';
  return `${method} ${target} ${String(status)}${body}`;
}
