import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import type { TestGateway } from '../../support/gateway';
import { type Answer, send } from '../../support/wire';

export interface ImageBody {
  readonly id: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly os_hidden: boolean;
  readonly status: string;
  readonly visibility: string;
  readonly tags: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly [name: string]: unknown;
}

export interface PageBody {
  readonly images: readonly ImageBody[];
  readonly first: string;
  readonly next?: string;
}

type Ask = (path: string, token?: string) => Promise<Answer>;
type Tell = (path: string, body: unknown, token?: string) => Promise<Answer>;

export interface GlanceClient {
  readonly get: Ask;
  readonly put: Tell;
  readonly post: Tell;
  readonly remove: Ask;
  /** JSON patch, of version 2.1 unless said otherwise. */
  patch(imageId: string, changes: unknown, token?: string, version?: 'v2.0' | 'v2.1'): Promise<Answer>;
  /** A new image, which must succeed. */
  create(body?: Readonly<Record<string, unknown>>, token?: string): Promise<ImageBody>;
  show(imageId: string, token?: string): Promise<ImageBody>;
  /** A page of images, which must succeed. @param query with its question mark */
  page(query: string, token?: string): Promise<PageBody>;
  names(query: string, token?: string): Promise<unknown[]>;
  upload(imageId: string, data: Buffer, token?: string, type?: string): Promise<Answer>;
  stage(imageId: string, data: Buffer, token?: string, type?: string): Promise<Answer>;
  download(imageId: string, headers?: Readonly<Record<string, string>>, token?: string): Promise<Data>;
}

export interface Data {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

/** What a Glance user does, over real sockets. Everybody is alice unless another token is given. */
export function glanceClient(given: () => TestGateway): GlanceClient {
  const json = (method: string, path: string, token = 'alice', body?: unknown, type = 'application/json') =>
    send(given().port, method, path, { token, body, headers: { 'Content-Type': type } });
  const good = (answer: Answer, status: number): Answer => {
    if (answer.status !== status) throw new Error(`${String(answer.status)}: ${answer.text}`);
    return answer;
  };
  const bare = (method: string, path: string, token = 'alice') => send(given().port, method, path, { token });
  const page = async (query: string, token?: string) =>
    good(await bare('GET', `/v2/images${query}`, token), 200).json<PageBody>();
  const octets = (
    method: string,
    imageId: string,
    headers: Readonly<Record<string, string>>,
    body?: Buffer,
    what: 'file' | 'stage' = 'file',
  ) => exchange(given().port, method, `/v2/images/${imageId}/${what}`, headers, body);
  const bring =
    (what: 'file' | 'stage') =>
    async (
      imageId: string,
      data: Buffer,
      token = 'alice',
      type = 'application/octet-stream',
    ): Promise<Answer> => {
      const sent = { 'X-Auth-Token': token, 'Content-Type': type, 'Content-Length': String(data.length) };
      const { status, headers, bytes } = await octets('PUT', imageId, sent, data, what);
      const text = bytes.toString();
      return { status, headers, text, json: <Body>() => JSON.parse(text) as Body };
    };
  return {
    get: (path, token) => bare('GET', path, token),
    remove: (path, token) => bare('DELETE', path, token),
    put: (path, body, token) => json('PUT', path, token, body),
    post: (path, body, token) => json('POST', path, token, body),
    patch: (imageId, changes, token, version = 'v2.1') =>
      json(
        'PATCH',
        `/v2/images/${imageId}`,
        token,
        changes,
        `application/openstack-images-${version}-json-patch`,
      ),
    create: async (body = {}, token = 'alice') =>
      good(await json('POST', '/v2/images', token, body), 201).json<ImageBody>(),
    show: async (imageId, token) =>
      good(await bare('GET', `/v2/images/${imageId}`, token), 200).json<ImageBody>(),
    page,
    names: async (query, token) => (await page(query, token)).images.map(({ name }) => name),
    upload: bring('file'),
    stage: bring('stage'),
    download: (imageId, headers = {}, token = 'alice') =>
      octets('GET', imageId, { 'X-Auth-Token': token, ...headers }),
  };
}

/** Octets both ways, which the JSON client of the tests is not made for. */
function exchange(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Promise<Data> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What an image needs before it can have data. */
export const formats = { disk_format: 'raw', container_format: 'bare' };

/** Names of all files below a folder. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Changes of a 2.1 patch. */
export function added(name: string, value: unknown): unknown {
  return { op: 'add', path: `/${name}`, value };
}

export function replaced(name: string, value: unknown): unknown {
  return { op: 'replace', path: `/${name}`, value };
}

export function removed(name: string): unknown {
  return { op: 'remove', path: `/${name}` };
}
