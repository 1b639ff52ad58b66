import type { Request } from 'express';
import type { HistoryCursor, HistoryQuery } from '../../core/history';
import { bodyReader, invalidRequest, parseMoment, queryReader } from './schema-reader';

const whole = { type: 'string', pattern: '^\\d{1,15}$' } as const;
const moment = { type: 'string', format: 'moment' } as const;
const text = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const mostItems = 1000;

const readImageQuery = queryReader<{ readonly limit?: string; readonly before?: string }>({
  type: 'object',
  additionalProperties: false,
  properties: { limit: whole, before: whole },
});

export function readImageHistoryQuery(req: Request): {
  readonly limit: number;
  readonly before: number | null;
} {
  const { limit, before } = readImageQuery(req);
  return { limit: readLimit(limit), before: before === undefined ? null : Number(before) };
}

type ProjectParameter = 'image' | 'key' | 'name' | 'user' | 'dialect' | 'since' | 'until' | 'limit' | 'after';

const readProjectQuery = queryReader<Partial<Record<ProjectParameter, string>>>({
  type: 'object',
  additionalProperties: false,
  properties: {
    image: text,
    key: text,
    name: text,
    user: text,
    dialect: text,
    since: moment,
    until: moment,
    limit: whole,
    after: text,
  },
});

export function readProjectHistoryQuery(req: Request): Omit<HistoryQuery, 'projectId'> {
  const { image, key, name, user, dialect, since, until, limit, after } = readProjectQuery(req);
  return {
    limit: readLimit(limit),
    ...(image !== undefined && { imageId: image }),
    ...(key !== undefined && { key }),
    ...(name !== undefined && { name }),
    ...(user !== undefined && { userId: user }),
    ...(dialect !== undefined && { dialect }),
    ...(since !== undefined && { since: parseMoment(since) }),
    ...(until !== undefined && { until: parseMoment(until) }),
    ...(after !== undefined && { after: placeOf(after) }),
  };
}

/** Opaque to clients: where a page ended. */
export function encodeHistoryCursor({ at, imageId, revision }: HistoryCursor): string {
  return Buffer.from(JSON.stringify([at, imageId, revision])).toString('base64url');
}

function placeOf(token: string): HistoryCursor {
  const [at, imageId, revision] = partsOf(token);
  const isRight = typeof at === 'string' && typeof imageId === 'string' && typeof revision === 'number';
  if (isRight && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) && Number.isSafeInteger(revision)) {
    return { at, imageId, revision };
  }
  throw invalidRequest([{ path: '/after', code: 'query', message: 'It is not the `next` of a page.' }]);
}

function partsOf(token: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** @throws HttpFault invalid-request */
export function readLimit(limit: string | undefined, usual = 50, most = mostItems): number {
  const number = limit === undefined ? usual : Number(limit);
  if (number >= 1 && number <= most) return number;
  throw invalidRequest([{ path: '/limit', code: 'query', message: `It must be from 1 to ${String(most)}.` }]);
}

export type RevertRequest = { readonly dryRun: boolean } & (
  | { readonly kind: 'change'; readonly revision: number }
  | { readonly kind: 'state'; readonly revision: number }
);

const revision = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

const readRevertBody = bodyReader<{
  readonly revision?: number;
  readonly to?: number;
  readonly dry_run?: boolean;
}>({
  type: 'object',
  additionalProperties: false,
  properties: { revision, to: revision, dry_run: { type: 'boolean' } },
});

/** Takes one change back, or all behind a state. */
export function readRevertRequest(req: Request): RevertRequest {
  const { revision, to, dry_run: dryRun = false } = readRevertBody(req);
  if (revision !== undefined && to === undefined) return { kind: 'change', revision, dryRun };
  if (to !== undefined && revision === undefined) return { kind: 'state', revision: to, dryRun };
  throw invalidRequest([{ path: '', code: 'body', message: 'Name either `revision` or `to`.' }]);
}
