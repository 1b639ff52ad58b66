import type { Credentials } from '../authenticator';

const algorithm = 'SDK-HMAC-SHA256';
const dateHeader = 'x-sdk-date';

/** `Authorization` in either of its two forms, with its date. */
export interface Signature {
  readonly access: string;
  /** `date/region/service/sdk_request` of the `Credential=` form, whose key is derived from it; null: `Access=`. */
  readonly scope: readonly [date: string, region: string, service: string, terminator: string] | null;
  /** Lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  readonly signature: Buffer;
  /** `X-Sdk-Date`: `YYYYMMDDTHHMMSSZ` */
  readonly date: string;
  /** The same in seconds since 1970. */
  readonly signedAt: number;
}

/**
 * Does the request carry a signature? Also of kinds that are not supported here (`V11-HMAC-SHA256`,
 * `SDK-HMAC-SM3`, …): those must fail and not pass by a token. `Bearer` and `Basic` are ignored.
 */
export function hasSignature(headers: Credentials['headers']): boolean {
  return (
    headers['authorization'] !== undefined && /^(?:SDK|V\d+)-/i.test(headers['authorization'].trimStart())
  );
}

/** undefined for anything that is not one of the two forms, complete, with its date signed. */
export function readSignature(headers: Credentials['headers']): Signature | undefined {
  const [scheme, rest] = splitOnce((headers['authorization'] ?? '').trim(), ' ');
  const date = headers[dateHeader]?.trim() ?? '';
  const signedAt = readDate(date);
  if (scheme !== algorithm || rest === undefined || signedAt === undefined) return undefined;
  const parts = readParts(rest);
  const signedHeaders = parts?.get('signedheaders')?.toLowerCase().split(';') ?? [];
  const signature = parts?.get('signature') ?? '';
  const who = parts && readWho(parts);
  if (!who || !/^[0-9a-f]{64}$/i.test(signature) || !signedHeaders.includes(dateHeader)) return undefined;
  if (who.scope && who.scope[0] !== date.slice(0, 8)) return undefined;
  const { access, scope } = who;
  // Not `...who`: V8 takes microseconds to add members to such a copy.
  return { access, scope, signedHeaders, signature: Buffer.from(signature, 'hex'), date, signedAt };
}

/** `Name=value` between commas, each name once. */
function readParts(text: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const piece of text.split(',')) {
    const [name, value] = splitOnce(piece.trim(), '=');
    if (value === undefined || parts.has(name.toLowerCase())) return undefined;
    parts.set(name.toLowerCase(), value);
  }
  return parts;
}

function readWho(parts: ReadonlyMap<string, string>): Pick<Signature, 'access' | 'scope'> | undefined {
  const access = parts.get('access');
  const credential = parts.get('credential');
  if (access !== undefined) return credential === undefined ? { access, scope: null } : undefined;
  const [key = '', date, region, service, terminator, more] = credential?.split('/') ?? [];
  if (date === undefined || region === undefined || service === undefined) return undefined;
  if (terminator !== 'sdk_request' || more !== undefined) return undefined;
  return { access: key, scope: [date, region, service, terminator] };
}

const dateForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** A signer's clients come in crowds, with the same second in their requests. */
let lastDate: { readonly text: string; readonly seconds: number | undefined } = {
  text: '',
  seconds: undefined,
};

function readDate(text: string): number | undefined {
  if (text !== lastDate.text) lastDate = { text, seconds: parseDate(text) };
  return lastDate.seconds;
}

function parseDate(text: string): number | undefined {
  const iso = text.replace(dateForm, '$1-$2-$3T$4:$5:$6.000Z');
  const time = Date.parse(iso);
  // Date.parse rolls 31 February over; only what reads the same back is a date.
  if (iso === text || Number.isNaN(time) || new Date(time).toISOString() !== iso) return undefined;
  return time / 1000;
}

function splitOnce(text: string, at: string): [before: string, after?: string] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + at.length)];
}
