import { createHash, createHmac } from 'node:crypto';
import { people } from './site';

/** One request of a workload, before credentials are added. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** @returns header lines */
export type Credentials = (request: WireRequest, host: string) => readonly string[];

export function withToken(token: string): Credentials {
  return () => [`X-Auth-Token: ${token}`];
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signed as Huawei's SDKs do; good for fifteen minutes. */
export function withSignature(now: Date): Credentials {
  const date = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return ({ method, path, body = '' }, host) => {
    const [target = '', query = ''] = path.split('?');
    const names = 'host;x-sdk-date';
    const headers = `host:${host}\nx-sdk-date:${date}\n`;
    const canonical = [method, `${target}/`, sorted(query), headers, names, sha256(body)].join('\n');
    const text = ['SDK-HMAC-SHA256', date, sha256(canonical)].join('\n');
    const signature = createHmac('sha256', people.secret).update(text).digest('hex');
    return [
      `X-Sdk-Date: ${date}`,
      `Authorization: SDK-HMAC-SHA256 Access=${people.access}, SignedHeaders=${names}, Signature=${signature}`,
    ];
  };
}

function sorted(query: string): string {
  return query.split('&').sort().join('&');
}

/** The file that load.lua reads. */
export function requestFile(
  requests: readonly WireRequest[],
  host: string,
  credentials: Credentials,
): string {
  return requests.map((request) => framed(bytesOf(request, host, credentials))).join('');
}

function bytesOf(request: WireRequest, host: string, credentials: Credentials): string {
  const { method, path, body } = request;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, ...credentials(request, host)];
  if (body !== undefined) {
    lines.push('Content-Type: application/json', `Content-Length: ${String(Buffer.byteLength(body))}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

function framed(text: string): string {
  return `${String(Buffer.byteLength(text))}\n${text}`;
}
