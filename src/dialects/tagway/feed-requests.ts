import type { Request } from 'express';
import type { FeedCursor } from '../../core/feed';
import { parseSelector, selectorFaultText } from '../../core/selector';
import type { TagCondition } from '../../core/tag-condition';
import { decodeFeedToken } from './feed-token';
import { readLimit } from './history-requests';
import { invalidRequest, queryReader } from './schema-reader';

const text = { type: 'string', minLength: 1, maxLength: 8192 } as const;
const whole = { type: 'string', pattern: '^\\d{1,15}$' } as const;

/** seconds */
const longestWait = 60;

export interface ChangesQuery {
  /** null: from now */
  readonly after: FeedCursor | null;
  readonly limit: number;
  /** seconds */
  readonly wait: number;
  readonly condition: TagCondition | null;
  /** What the condition was read from. */
  readonly selector: string | null;
}

const readChangesQuery = queryReader<Partial<Record<'after' | 'limit' | 'wait' | 'selector', string>>>({
  type: 'object',
  additionalProperties: false,
  properties: { after: text, limit: whole, wait: whole, selector: { type: 'string' } },
});

/** A reconnecting client sends its position in `Last-Event-ID`. */
export function readChanges(req: Request, projectId: string): ChangesQuery {
  const { after, limit, wait, selector } = readChangesQuery(req);
  const resumed = req.headers['last-event-id'];
  const token = typeof resumed === 'string' && resumed !== '' ? resumed : after;
  return {
    after: token === undefined ? null : placeIn(projectId, token),
    limit: readLimit(limit, 500),
    wait: Math.min(longestWait, Number(wait ?? 0)),
    condition: selector === undefined ? null : readSelector(selector, 'query', '/selector'),
    selector: selector ?? null,
  };
}

function placeIn(projectId: string, token: string): FeedCursor {
  const place = decodeFeedToken(projectId, token);
  if (place) return place;
  throw invalidRequest([
    { path: '/after', code: 'query', message: 'It is no token of the feed of this project.' },
  ]);
}

/** @throws HttpFault invalid-request, which says where the selector is malformed */
export function readSelector(selector: string, where: string, pointer: string): TagCondition {
  const parsed = parseSelector(selector);
  if ('condition' in parsed) return parsed.condition;
  throw invalidRequest([{ path: pointer, code: where, message: selectorFaultText(parsed.fault) }]);
}

export interface ImageListQuery {
  readonly limit: number;
  readonly condition: TagCondition | null;
  /** The last image of the page before, and the token that the first page gave. */
  readonly after: { readonly imageId: string; readonly token: string | null } | null;
}

const readListQuery = queryReader<Partial<Record<'after' | 'limit' | 'selector', string>>>({
  type: 'object',
  additionalProperties: false,
  properties: { after: text, limit: whole, selector: { type: 'string' } },
});

export function readProjectImagesQuery(req: Request): ImageListQuery {
  const { after, limit, selector } = readListQuery(req);
  return {
    limit: readLimit(limit, 100),
    condition: selector === undefined ? null : readSelector(selector, 'query', '/selector'),
    after: after === undefined ? null : pageAfter(after),
  };
}

export function encodeNextPage(imageId: string, token: string | null): string {
  return Buffer.from(`${imageId} ${token ?? ''}`).toString('base64url');
}

function pageAfter(next: string): { imageId: string; token: string | null } {
  const parts = Buffer.from(next, 'base64url').toString('utf8').split(' ');
  const [imageId = '', token = ''] = parts;
  if (parts.length === 2 && /^[0-9a-f-]{36}$/.test(imageId)) return { imageId, token: token || null };
  throw invalidRequest([{ path: '/after', code: 'query', message: 'It is not the `next` of a page.' }]);
}
