import { randomUUID } from 'node:crypto';
import type { TestGateway } from '../../support/gateway';
import { alpha } from '../../support/test-authenticator';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
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
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
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
  return body.tags.map(({ name }: { name: string }) => name);
}
