/** One element of an Accept header. */
interface MediaRange {
  /** Lower case, `type/subtype`, either of which may be `*`. */
  readonly type: string;
  /** 0 to 1 */
  readonly quality: number;
  /** With a parameter (`;charset=…`) a range matches none of our offers, which have none. */
  readonly hasParameters: boolean;
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const quoted = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
const separator = '[ \\t]*;[ \\t]*';
const parameters = `((?:${separator}(?![qQ]=)${token}=(?:${token}|${quoted}))*)`;
const weight = `${separator}[qQ]=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)`;
const extensions = `(?:${separator}${token}(?:=(?:${token}|${quoted}))?)*`;

// Sticky, and read element by element: one pass over the header, whatever it holds.
const element = new RegExp(`(${token}/${token})${parameters}(?:${weight}${extensions})?`, 'y');
const comma = /[ \t]*,[ \t]*/y;

/** @returns undefined when the header is not one (RFC 7231, 5.3.2) */
function parseAccept(header: string): MediaRange[] | undefined {
  const ranges: MediaRange[] = [];
  // A comma in front stands for an element, so that only another comma may follow it.
  let at = header.startsWith(',') ? 1 : 0;
  let expectsComma = at === 1;
  while (at < header.length) {
    const pattern = expectsComma ? comma : element;
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found) {
      if (!expectsComma) ranges.push(rangeOf(found));
      at = pattern.lastIndex;
      expectsComma = !expectsComma;
    } else if (!expectsComma && header[at] === ',') {
      // Empty elements are allowed: `text/html, ,text/plain`.
      expectsComma = true;
    } else {
      return undefined;
    }
  }
  return ranges;
}

function rangeOf([, type = '', params = '', quality]: readonly (string | undefined)[]): MediaRange {
  return {
    type: type.toLowerCase(),
    quality: quality === undefined ? 1 : Number(quality),
    hasParameters: params !== '',
  };
}

/** How exactly a range names an offer; 0: not at all. */
function exactness(range: MediaRange, offer: string): number {
  if (range.type === offer) return range.hasParameters ? 0 : 3;
  if (range.type === `${offer.split('/')[0] ?? ''}/*`) return 2;
  return range.type === '*/*' ? 1 : 0;
}

/** The quality that the header gives an offer: that of the range that names it most exactly. */
function qualityOf(ranges: readonly MediaRange[], offer: string): number {
  let best = { exactness: 0, quality: 0 };
  for (const range of ranges) {
    const found = exactness(range, offer);
    if (found > best.exactness) best = { exactness: found, quality: range.quality };
  }
  return best.quality;
}

/**
 * The offer that an Accept header prefers; the earlier of two of equal quality. An ill-formed header takes
 * the first offer, an absent or empty one takes none: that is how WebOb decides, and so Glance.
 */
export function preferredMediaType<Offer extends string>(
  header: string | undefined,
  offers: readonly [Offer, ...Offer[]],
): Offer | undefined {
  if (header === undefined || header === '') return undefined;
  if (header === '*/*') return offers[0];
  const ranges = parseAccept(header);
  if (!ranges) return offers[0];
  let best: { offer: Offer; quality: number } | undefined;
  for (const offer of offers) {
    const quality = qualityOf(ranges, offer);
    if (quality > (best?.quality ?? 0)) best = { offer, quality };
  }
  return best?.offer;
}
