import type { Credentials } from '../authenticator';
import type { Signature } from './header';

/*
 * Everything here is text of one character per byte (latin1), as Node's parser gives the target and the
 * headers: what was sent is compared byte by byte, and need not be well-formed UTF-8.
 */

const unreserved = /[^A-Za-z0-9\-_.~]/g;

function encode(bytes: string): string {
  return bytes.replace(
    unreserved,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Lenient, as all signers are: a `%` that starts no escape stays. */
function decode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Path and query of a target as received; the query is `''` if it is missing. */
export function splitRequestTarget(rawTarget: string): { path: string; query: string } {
  const origin = rawTarget.startsWith('/')
    ? rawTarget
    : rawTarget.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const mark = origin.indexOf('?');
  return mark < 0
    ? { path: origin, query: '' }
    : { path: origin.slice(0, mark), query: origin.slice(mark + 1) };
}

/** Nothing in it is written differently by any signer: nearly every path. */
const plainPath = /^[A-Za-z0-9\-_.~/]*$/;

const escapedTwice = /%25[0-9a-f]{2}/i;

/**
 * The paths that a signer may have signed for the path received, most usual first, each once. Signers differ
 * in whether they take an escape for itself or for what it stands for, and in whether they do so before or
 * after they split at slashes (the vectors name these A, B and C).
 */
export function canonicalPaths(path: string): string[] {
  if (plainPath.test(path)) return [withSlash(path)];
  // Signed as it was sent: decoded once, it would be what another signer signs for another path.
  if (escapedTwice.test(path)) return [withSlash(path.split('/').map(encode).join('/'))];
  const perSegment = (read: (segment: string) => string): string =>
    path
      .split('/')
      .map((segment) => encode(read(segment)))
      .join('/');
  const wholePath = decode(path).split('/').map(encode).join('/');
  const forms = [perSegment(decode), perSegment((segment) => segment), wholePath];
  return [...new Set(forms.map(withSlash))];
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

type Pair = readonly [name: string, value: string];

/** Sorted by name, then by value; decoded as a form, so that `+` and `%20` are one. */
function queryPairs(query: string): Pair[] {
  const read = (text: string): string => decode(text.replaceAll('+', ' '));
  return query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece): Pair => {
      const at = piece.indexOf('=');
      return at < 0 ? [read(piece), ''] : [read(piece.slice(0, at)), read(piece.slice(at + 1))];
    })
    .sort(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y));
}

function byBytes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function written(pairs: readonly Pair[], write: (text: string) => string): string {
  return pairs.map(([name, value]) => `${write(name)}=${write(value)}`).join('&');
}

export function canonicalQuery(query: string): string {
  return written(queryPairs(query), encode);
}

/** The `Credential=` signer sorts by name without regard to letter case. */
export function canonicalCaselessQuery(query: string): string {
  const pairs = queryPairs(query).sort(([a], [b]) =>
    byBytes(encode(a).toLowerCase(), encode(b).toLowerCase()),
  );
  return written(pairs, encode);
}

/** What that signer hashes as the body of a POST that has none. */
export function canonicalQueryAsBody(query: string): string {
  return written(queryPairs(query), (text) => encode(text).replaceAll('%20', '+'));
}

/** undefined when a header that was signed has not arrived. */
export function canonicalHeaders(
  headers: Credentials['headers'],
  { signedHeaders, scope }: Signature,
): string | undefined {
  const lines: string[] = [];
  for (const name of signedHeaders) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value === undefined) return undefined;
    lines.push(`${name}:${scope ? value.replaceAll(/\s+/g, ' ').trim() : value.trim()}\n`);
  }
  return lines.join('');
}
