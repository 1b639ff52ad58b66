import { randomUUID } from 'node:crypto';
import type { TestGateway } from '../../support/gateway';
import { alpha } from '../../support/test-authenticator';

export interface Change {
  readonly image: string;
  readonly revision: number;
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly reverts: number | null;
  readonly by: Readonly<Record<'dialect' | 'operation' | 'user_id', string>>;
}

export interface ChangeEvent {
  readonly data: Change & { readonly tags: readonly string[] };
}

/** Whatever of it an answer has. */
export interface Body {
  readonly type: string;
  readonly detail: string;
  readonly image: string;
  readonly revision: number;
  readonly updated_at: string;
  readonly oldest_revision: number;
  readonly require_guard: string;
  readonly token: string | null;
  readonly next: string | null;
  readonly tags: readonly { readonly name: string }[];
  readonly items: readonly (Change & ChangeEvent)[];
  readonly errors: readonly { readonly in: string; readonly pointer: string }[];
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for what is no JSON. */
  readonly body: Body;
  readonly text: string;
}

interface Sent {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export async function ask(
  { url }: Pick<TestGateway, 'url'>,
  method: string,
  path: string,
  { as = 'alice', headers = {}, body }: Sent = {},
): Promise<Reply> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-auth-token': as, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const found = (isJson ? JSON.parse(text) : {}) as Body;
  return { status: answer.status, headers: answer.headers, body: found, text };
}

export function projectPath(project = alpha): string {
  return `/tags/v1/projects/${project}`;
}

export function tagsPath(imageId: string, project = alpha): string {
  return `${projectPath(project)}/images/${imageId}/tags`;
}

/** Made as OpenStack's clients make it. */
export async function anImage(
  gateway: Pick<TestGateway, 'url'>,
  tags: readonly string[] = [],
  more: object = {},
  as = 'alice',
): Promise<string> {
  const id = randomUUID();
  const made = await ask(gateway, 'POST', '/v2/images', { as, body: { id, name: 'x', tags, ...more } });
  if (made.status !== 201) throw new Error(`no image: ${String(made.status)} ${JSON.stringify(made.body)}`);
  return id;
}

export function namesOf({ body }: Reply): string[] {
  return body.tags.map(({ name }) => name);
}
