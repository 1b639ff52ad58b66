import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  json<Body>(): Body;
}

export interface Sent {
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request over a real socket; the path goes out exactly as given. */
export function send(port: number, method: string, path: string, sent: Sent = {}): Promise<Answer> {
  const body = sent.body === undefined ? undefined : Buffer.from(JSON.stringify(sent.body));
  const headers: Record<string, string | number> = { ...sent.headers };
  if (sent.token !== undefined) headers['X-Auth-Token'] = sent.token;
  if (body) Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: <Body>() => JSON.parse(text) as Body,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Lets idle sockets go, so that a test process can end. */
export function closeIdleSockets(): void {
  agent.destroy();
}
