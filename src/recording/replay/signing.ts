import { createHmac, hash } from 'node:crypto';
import { canonicalPaths, canonicalQuery, splitRequestTarget } from '../../identity/signatures/canonical';
import type { HeaderList } from '../exchange';
import type { SecretKeys } from './bindings';

const signed = /^SDK-HMAC-SHA256 +Access=([^,]+), *SignedHeaders=([\w;-]+),/;

export interface SignedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/**
 * The headers with a signature of this moment, if the request was signed in the way that Huawei's SDKs do. Others stay.
 */
export function signHeadersAgain(
  { method, target, headers, body }: SignedRequest,
  keys: SecretKeys,
  now: Date,
): HeaderList {
  const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const [, access = '', names = ''] = signed.exec(authorization) ?? [];
  const secret = keys.get(access);
  if (secret === undefined) return headers;
  const date = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const content = hash('sha256', body, 'hex');
  const fresh = headers.map(([name, value]) => {
    const key = name.toLowerCase();
    if (key === 'x-sdk-date') return [name, date] as const;
    const isDigest = key === 'x-sdk-content-sha256' && value !== 'UNSIGNED-PAYLOAD';
    return [name, isDigest ? content : value] as const;
  });
  const valueOf = (wanted: string): string =>
    fresh.find(([name]) => name.toLowerCase() === wanted)?.[1].trim() ?? '';
  const { path, query } = splitRequestTarget(target);
  const lines = names.split(';').map((name) => `${name}:${valueOf(name)}\n`);
  const digest = valueOf('x-sdk-content-sha256') || content;
  const canonical = [
    method,
    canonicalPaths(path)[0],
    canonicalQuery(query),
    lines.join(''),
    names,
    digest,
  ].join('\n');
  const text = ['SDK-HMAC-SHA256', date, hash('sha256', Buffer.from(canonical, 'latin1'), 'hex')].join('\n');
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  const value = `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=${names}, Signature=${signature}`;
  return fresh.map(([name, old]) => [name, name.toLowerCase() === 'authorization' ? value : old] as const);
}
