import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../authenticator';
import {
  canonicalHeaders,
  canonicalPaths,
  canonicalQuery,
  canonicalCaselessQuery,
  canonicalQueryAsBody,
  splitRequestTarget,
} from './canonical';
import type { Signature } from './header';

const algorithm = 'SDK-HMAC-SHA256';

/** Signed and arriving clocks may differ by so much (seconds), in either direction. */
const skew = 15 * 60;

/** Declares that the body is not signed: SDKs send it for bodies that are neither JSON nor BSON. */
const unsignedPayload = 'UNSIGNED-PAYLOAD';

/** @param now seconds since 1970 */
export function isSignedInTime(signature: Signature, now: number): boolean {
  return Math.abs(now - signature.signedAt) <= skew;
}

/** Did the holder of `secret` sign this request? The body is read only if the signature covers it. */
export async function isSignedWith(
  secret: Buffer,
  signature: Signature,
  request: Credentials,
): Promise<boolean> {
  const headers = canonicalHeaders(request.headers, signature);
  if (headers === undefined) return false;
  // A bare semicolon parts a query when it is read, and not when it is signed.
  if (splitRequestTarget(request.rawTarget).query.includes(';')) return false;
  const payloads = await payloadsOf(signature, request);
  const { path } = splitRequestTarget(request.rawTarget);
  const key = signature.scope ? derivedKey(secret, signature.scope) : secret;
  const signedHeaders = signature.signedHeaders.join(';');
  for (const canonicalPath of canonicalPaths(path)) {
    for (const { query, bodyHash } of payloads) {
      const canonical = [request.method, canonicalPath, query, headers, signedHeaders, bodyHash].join('\n');
      if (timingSafeEqual(sign(key, signature, canonical), signature.signature)) return true;
    }
  }
  return false;
}

/** Canonical query and body hash belong together: one kind of signer puts the query into the body's place. */
interface Payload {
  readonly query: string;
  readonly bodyHash: string;
}

/** Empty when the body is not the one that the headers announce. */
async function payloadsOf(signature: Signature, request: Credentials): Promise<Payload[]> {
  const raw = splitRequestTarget(request.rawTarget).query;
  const query = signature.scope ? canonicalCaselessQuery(raw) : canonicalQuery(raw);
  const announced = request.headers['x-sdk-content-sha256']?.trim();
  if (announced === unsignedPayload) return [{ query, bodyHash: announced }];
  const body = await request.body();
  const bodyHash = sha256(body);
  // The announced hash is signed as it was written, and must be true.
  if (announced !== undefined) {
    return announced.toLowerCase() === bodyHash ? [{ query, bodyHash: announced }] : [];
  }
  const payloads = [{ query, bodyHash }];
  if (signature.scope && request.method === 'POST' && body.length === 0) {
    payloads.push({ query: '', bodyHash: sha256(canonicalQueryAsBody(raw)) });
  }
  return payloads;
}

function sign(key: Buffer, signature: Signature, canonical: string): Buffer {
  const lines = [algorithm, signature.date];
  if (signature.scope) lines.push(signature.scope.join('/'));
  lines.push(sha256(Buffer.from(canonical, 'latin1')));
  return hmac(key, lines.join('\n'));
}

function derivedKey(secret: Buffer, scope: readonly string[]): Buffer {
  return scope.reduce(hmac, Buffer.concat([Buffer.from('SDK'), secret]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'latin1').digest();
}

function sha256(data: Buffer | string): string {
  return hash('sha256', data, 'hex');
}
