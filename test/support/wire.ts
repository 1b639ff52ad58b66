import { createHash, createHmac } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { keepSecret, searchSecrets } from './secrets';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  json<Body>(): Body;
}

export interface AccessPair {
  readonly access: string;
  readonly secret: string;
}

export interface Sent {
  readonly token?: string;
  /** Signs the request. */
  readonly pair?: AccessPair;
  readonly project?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** After so many milliseconds without the whole answer the request is given up. */
  readonly timeoutMs?: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request over a real socket; the path goes out exactly as given. */
export function send(port: number, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const body = sent.body === undefined ? undefined : Buffer.from(JSON.stringify(sent.body));
  const headers: Record<string, string | number> = { ...sent.headers };
  keepSecret(sent.token);
  if (sent.token !== undefined) headers['X-Auth-Token'] = sent.token;
  if (sent.pair)
    Object.assign(headers, signedHeaders(sent.pair, method, path, port, body ?? Buffer.alloc(0)));
  if (body) {
    headers['Content-Type'] ??= 'application/json';
    headers['Content-Length'] = body.length;
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if ((response.statusCode ?? 0) >= 400) searchSecrets(text);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: <Body>() => JSON.parse(text) as Body,
        });
      });
    });
    const late = (): void => void outgoing.destroy(new Error('no answer in time'));
    const timer = sent.timeoutMs === undefined ? undefined : setTimeout(late, sent.timeoutMs);
    outgoing.on('close', () => {
      clearTimeout(timer);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Lets idle sockets go, so that a test process can end. */
export function closeIdleSockets(): void {
  agent.destroy();
}

/** SDK-HMAC-SHA256 as the SDKs do it, written anew here so that the verifier is not its own judge. */
export function signedHeaders(
  { access, secret }: AccessPair,
  method: string,
  path: string,
  port: number,
  body: Buffer,
) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const host = `127.0.0.1:${String(port)}`;
  const [raw = '', query = ''] = path.split(/\?(.*)/s);
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const canonicalPath = `${raw
    .split('/')
    .map((part) => encode(decodeURIComponent(part)))
    .join('/')}/`;
  const pairs = query.split('&').filter((part) => part !== '');
  const canonicalQuery = pairs
    .map((part) =>
      part
        .split(/=(.*)/s)
        .slice(0, 2)
        .map((side) => encode(decodeURIComponent(side))),
    )
    .map(([name = '', value = '']) => `${name}=${value}`)
    .sort()
    .join('&');
  const hash = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
  const request = [
    method,
    canonicalPath,
    canonicalQuery,
    `host:${host}`,
    `x-sdk-date:${date}`,
    '',
    'host;x-sdk-date',
    hash(body),
  ];
  const toSign = `SDK-HMAC-SHA256\n${date}\n${hash(request.join('\n'))}`;
  const signature = createHmac('sha256', secret).update(toSign).digest('hex');
  keepSecret(secret);
  keepSecret(signature);
  return {
    Host: host,
    'X-Sdk-Date': date,
    Authorization: `SDK-HMAC-SHA256 Access=${access}, SignedHeaders=host;x-sdk-date, Signature=${signature}`,
  };
}
