import type { RecordedMessage } from './journal';

const mask = '***';

/** maximum bytes of a body in the journal */
const shown = 4 * 1024;

/** Headers whose values are shown. Others show only the name: any may hold a secret. */
const plainHeaders = new Set(
  (
    'accept accept-encoding accept-language allow cache-control connection content-disposition content-encoding ' +
    'content-length content-md5 content-range content-type date etag expect host if-match if-none-match keep-alive ' +
    'last-modified link location origin range referrer-policy retry-after server traceparent transfer-encoding ' +
    'user-agent vary www-authenticate x-content-type-options x-forwarded-for x-forwarded-host x-forwarded-proto ' +
    'x-openstack-image-size x-openstack-request-id x-project-id x-request-id x-sdk-content-sha256 x-sdk-date'
  ).split(' '),
);

type HeaderValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/**
 * Secrets found in an exchange: an error that quotes the input must not reveal them either. Masking shorter
 * texts would hide half of the content.
 */
export class RedactionContext {
  private readonly texts = new Set<string>();

  add(text: string, shortest: number): void {
    if (text.length >= shortest) this.texts.add(text);
  }

  hide(text: string): string {
    let hidden = text;
    for (const secret of this.texts) hidden = hidden.replaceAll(secret, mask);
    return hidden;
  }
}

/** Names in lower case. */
export function maskHeaders(headers: HeaderValues, met: RedactionContext): Record<string, string> {
  const masked: Record<string, string> = {};
  for (const [given, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const name = given.toLowerCase();
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    masked[name] = headerText(name, text);
    if (masked[name] === mask) met.add(text, 16);
  }
  return masked;
}

/** The scheme and, for signed requests, key and headers: needed to debug a refused signature. */
function headerText(name: string, value: string): string {
  if (plainHeaders.has(name)) return value;
  if (name !== 'authorization') return mask;
  const signed = /^SDK-HMAC-SHA256 +Access=[\w-]{1,64}, *SignedHeaders=[\w;-]{1,500},/.exec(value);
  return signed
    ? `${signed[0]} Signature=${mask}`
    : `${/^[\w-]{1,30}(?= )/.exec(value)?.[0] ?? ''} ${mask}`.trim();
}

const secretName = /pass|secret|security_?token|blob|credential_?key|signature/i;
/** In text other than JSON: a name, and the characters between it and its value. */
const nameInText = /\b(\w+)["']?\s*[:=]/g;
const secretNameInText = /pass|secret|(?:blob|token|signature)$/i;

/** The query of a target may carry a secret by mistake. */
export function maskTarget(target: string): string {
  return target.replace(/([?&;])([^?=&;]*)=([^&;]*)/g, (whole, mark: string, name: string) =>
    secretName.test(name) || /token/i.test(name) ? `${mark}${name}=${mask}` : whole,
  );
}

/** The kept part of a body, and its full length. */
export interface TruncatedBody {
  readonly kept: Buffer;
  readonly bytes: number;
  /** Bodies of the identity service are shown only as JSON with secrets masked. */
  readonly isIdentity: boolean;
}

export function maskBody(body: TruncatedBody, met: RedactionContext): Omit<RecordedMessage, 'headers'> {
  const text = textOf(body);
  const masked = text === null ? null : maskText(text, body, met);
  if (masked === null) return { body: null, bytes: body.bytes, truncated: false };
  const bytes = Buffer.from(masked);
  const isLonger = bytes.length > shown || body.kept.length < body.bytes;
  return { body: isLonger ? beginning(bytes) : masked, bytes: body.bytes, truncated: isLonger };
}

/** null: empty, or no text. Omits an incomplete last character. */
function textOf({ kept, bytes }: TruncatedBody): string | null {
  if (kept.length === 0) return null;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = decoder.decode(kept, { stream: kept.length < bytes });
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

function beginning(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, shown), { stream: true });
}

/** null: it may hold a secret in an unknown form. */
function maskText(text: string, { isIdentity }: TruncatedBody, met: RedactionContext): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const masked = maskValue(value, '', met);
    // Text without secrets is shown exactly as sent, whitespace included.
    return met.hide(masked === value ? text : JSON.stringify(masked));
  } catch {
    return isIdentity || namesSecret(text) ? null : met.hide(text);
  }
}

function namesSecret(text: string): boolean {
  return [...text.matchAll(nameInText)].some(([, name = '']) => secretNameInText.test(name));
}

/** The same value if there was nothing to mask. */
function maskValue(value: unknown, name: string, met: RedactionContext): unknown {
  if (value === null || value === undefined || value === '') return value;
  if (name !== '' && secretName.test(name) && holdsText(name, value)) {
    if (typeof value === 'string') met.add(value, 6);
    return mask;
  }
  if (typeof value !== 'object') return value;
  const before = Object.entries(value) as [string, unknown][];
  const entries = before.map(([key, inner]) => {
    const isToken = name === 'token' && key === 'id' && typeof inner === 'string';
    return [key, maskValue(inner, isToken ? 'secret' : Array.isArray(value) ? name : key, met)] as const;
  });
  if (entries.every(([, masked], index) => masked === before[index]?.[1])) return value;
  return Array.isArray(value) ? entries.map(([, masked]) => masked) : Object.fromEntries(entries);
}

/** A login's `password` is an object with the user in it, and `methods` a list: these are searched. */
function holdsText(name: string, value: unknown): boolean {
  return typeof value !== 'object' || /secret/i.test(name);
}
