import type { RecordedMessage } from './journal';

const mask = '***';

/** bytes of a body that the journal shows */
const shown = 4 * 1024;

/** Headers whose values are shown. Of all others only the name is: a secret may come in any. */
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
 * Secrets that were met in an exchange: an error that quotes what was sent must not tell them either. Shorter
 * texts would hide half of what there is to read.
 */
export class MetSecrets {
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
export function maskHeaders(headers: HeaderValues, met: MetSecrets): Record<string, string> {
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

/** The scheme and, for signed requests, which key and headers: what one looks for when a signature is refused. */
function headerText(name: string, value: string): string {
  if (plainHeaders.has(name)) return value;
  if (name !== 'authorization') return mask;
  const signed = /^SDK-HMAC-SHA256 +Access=[\w-]{1,64}, *SignedHeaders=[\w;-]{1,500},/.exec(value);
  return signed
    ? `${signed[0]} Signature=${mask}`
    : `${/^[\w-]{1,30}(?= )/.exec(value)?.[0] ?? ''} ${mask}`.trim();
}

const secretName = /pass|secret|security_?token|blob|credential_?key|signature/i;
/** In text that is no JSON: a name, and what stands between it and its value. */
const nameInText = /(?<!\w)(\w+)["']?\s*[:=]/g;
const secretNameInText = /pass|secret|(?:blob|token|signature)$/i;

/** The query of a target may carry a secret by mistake. */
export function maskTarget(target: string): string {
  return target.replace(/([?&;])([^?=&;]*)=([^&;]*)/g, (whole, mark: string, name: string) =>
    secretName.test(name) || /token/i.test(name) ? `${mark}${name}=${mask}` : whole,
  );
}

/** What is kept of a body, and how long all of it is. */
export interface KeptBody {
  readonly kept: Buffer;
  readonly bytes: number;
  /** A body of the identity service is shown only as JSON whose secrets are masked. */
  readonly isIdentity: boolean;
}

export function maskBody(body: KeptBody, met: MetSecrets): Omit<RecordedMessage, 'headers'> {
  const text = textOf(body);
  const masked = text === null ? null : maskText(text, body, met);
  if (masked === null) return { body: null, bytes: body.bytes, truncated: false };
  const bytes = Buffer.from(masked);
  const isLonger = bytes.length > shown || body.kept.length < body.bytes;
  return { body: isLonger ? beginning(bytes) : masked, bytes: body.bytes, truncated: isLonger };
}

/** null: nothing, or no text. A last character that was cut in two is left out. */
function textOf({ kept, bytes }: KeptBody): string | null {
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

/** null: it may hold a secret in a form that is not understood. */
function maskText(text: string, { isIdentity }: KeptBody, met: MetSecrets): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const masked = maskValue(value, '', met);
    // What holds no secret is shown as it was sent, to the space.
    return met.hide(masked === value ? text : JSON.stringify(masked));
  } catch {
    return isIdentity || namesSecret(text) ? null : met.hide(text);
  }
}

function namesSecret(text: string): boolean {
  return [...text.matchAll(nameInText)].some(([, name = '']) => secretNameInText.test(name));
}

/** The same value when there was nothing to mask. */
function maskValue(value: unknown, name: string, met: MetSecrets): unknown {
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

/** `password` of a login is an object with the user in it, and `methods` a list: those are looked into. */
function holdsText(name: string, value: unknown): boolean {
  return typeof value !== 'object' || /secret/i.test(name);
}
