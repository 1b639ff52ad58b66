/** One pair of a query string, decoded as a form: `+` is a space. */
export interface QueryPair {
  readonly name: string;
  readonly value: string;
}

/**
 * A request target, parsed once, before Express. Decoding is lenient: a `%` outside an escape is kept,
 * and a raw `#` is data. `raw` stays as received, for signatures.
 */
export interface RequestTarget {
  /** Verbatim, one character per byte (latin1), as Node's parser gives it. */
  readonly raw: string;
  /** Decoded. Repeated slashes count as one; an encoded slash separates like a plain one, save in an opaque segment. */
  readonly segments: readonly string[];
  /** Every segment re-encoded, a trailing slash kept: what Express routes by. */
  readonly path: string;
  /** As received, after the first `?`; null without a `?`, `''` if nothing follows it. */
  readonly rawQuery: string | null;
  readonly query: readonly QueryPair[];
  /** False if the path holds ill-formed UTF-8 or NUL: answered 400 once the route is known. */
  readonly pathIsText: boolean;
  readonly queryIsText: boolean;
}

const absoluteForm = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/?#]*/i;

/** Only characters that need no escape, no empty segments: nearly every path but attacks. */
const plainPath = /^(?:\/[\w.~!*'()-]+)+$/;

/** Whether the segment after these is opaque: an encoded slash in it is data. */
export type IsOpaqueSegment = (before: readonly string[]) => boolean;

/**
 * @param raw the request target as in `req.url`
 * @param isOpaque as declared by the surfaces
 */
export function parseTarget(raw: string, isOpaque: IsOpaqueSegment): RequestTarget {
  return plainPath.test(raw) ? plainTarget(raw) : anyTarget(raw, isOpaque);
}

function plainTarget(raw: string): RequestTarget {
  const segments = raw.slice(1).split('/');
  return { raw, segments, path: raw, rawQuery: null, query: [], pathIsText: true, queryIsText: true };
}

function anyTarget(raw: string, isOpaque: IsOpaqueSegment): RequestTarget {
  const origin = raw.startsWith('/') ? raw : raw.replace(absoluteForm, '');
  const mark = origin.indexOf('?');
  const rawPath = mark < 0 ? origin : origin.slice(0, mark);
  const rawQuery = mark < 0 ? null : origin.slice(mark + 1);
  const bytes = rawPath
    .split('/')
    .filter((part) => part !== '')
    .map(unescapeBytes);
  const separated = separate(bytes, isOpaque);
  const trailingSlash = rawPath.endsWith('/') || separated.trailingSlash;
  const text = separated.segments.map(decodeUtf8);
  const query = parseQuery(rawQuery ?? '');
  return {
    raw,
    segments: text.map((part) => part.text),
    path: routable(
      text.map((part) => part.text),
      trailingSlash,
    ),
    rawQuery,
    query: query.pairs,
    pathIsText: text.every((part) => part.ok),
    queryIsText: query.ok,
  };
}

/** An encoded slash is a separator, except in an opaque segment: so the tag `a/b` can be named (divergence D5). */
function separate(
  parts: readonly string[],
  isOpaque: IsOpaqueSegment,
): { segments: string[]; trailingSlash: boolean } {
  const segments: string[] = [];
  let trailingSlash = false;
  for (const part of parts) {
    const isWhole = isOpaque(segments);
    trailingSlash = !isWhole && part.endsWith('/');
    if (isWhole) segments.push(part);
    else segments.push(...part.split('/').filter((piece) => piece !== ''));
  }
  return { segments, trailingSlash };
}

function routable(segments: readonly string[], trailingSlash: boolean): string {
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  return trailingSlash && segments.length > 0 ? `${path}/` : path;
}

const hexPair = /%([0-9a-f]{2})/gi;

/** `%XX` to the byte XX (as one latin1 character); anything else stays. */
function unescapeBytes(text: string): string {
  return text.includes('%')
    ? text.replace(hexPair, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Almost every segment is plain ASCII: one test avoids the decoder.
// eslint-disable-next-line no-control-regex -- NUL is left out on purpose
const plain = /^[\x01-\x7f]*$/;

function decodeUtf8(bytes: string): { text: string; ok: boolean } {
  if (plain.test(bytes)) return { text: bytes, ok: true };
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    const text = strict.decode(buffer);
    return { text, ok: !text.includes('\u0000') };
  } catch {
    return { text: buffer.toString('utf8'), ok: false };
  }
}

/** Pairs are separated by `&` or `;` and split at the first `=`: `tag=foo=bar` is (`tag`, `foo=bar`). */
function parseQuery(raw: string): { pairs: QueryPair[]; ok: boolean } {
  let ok = true;
  const decode = (text: string): string => {
    const decoded = decodeUtf8(unescapeBytes(text.replaceAll('+', ' ')));
    ok &&= decoded.ok;
    return decoded.text;
  };
  const pairs = raw
    .split(/[&;]/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const at = piece.indexOf('=');
      if (at < 0) return { name: decode(piece), value: '' };
      return { name: decode(piece.slice(0, at)), value: decode(piece.slice(at + 1)) };
    });
  return { pairs, ok };
}
