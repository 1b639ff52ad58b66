import type { Request } from 'express';
import { callerActingIn, type Caller } from '../../core/caller';
import { roleAllows } from '../../core/policy';
import { tagFromName, type Tag, tagFromPair } from '../../core/tag';
import type { TagChange, TagMatcher } from '../../core/tag-change';
import { requireCaller } from '../../http/context';
import { HttpFault } from '../../http/errors';
import { ProblemError } from './errors';
import { bodyReader, parseMoment, queryReader } from './schema-reader';

/** bytes; a whole set of 128 tags of 255 characters, each escaped, has some 400 000 */
export const bodyLimit = 1024 * 1024;

/** The caller inside the project of the path. @throws HttpFault target-not-text, ProblemError not-your-project */
export function callerInProject(req: Request): Caller {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
  if (!req.target.queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  const caller = callerActingIn(requireCaller(req), String(req.params['project_id']));
  if (caller) return caller;
  throw new ProblemError({
    name: 'not-your-project',
    members: { project: String(req.params['project_id']) },
  });
}

/** For connections that stay: may the caller, as identity knows it now, still read in the project? */
export function mayReadIn(caller: Caller, projectId: string): boolean {
  const acting = callerActingIn(caller, projectId);
  return acting !== undefined && roleAllows(acting, 'get_images');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A malformed id is that of no image. @throws ProblemError image-not-found */
export function readImageId(req: Request): string {
  const imageId = String(req.params['image_id']);
  if (uuid.test(imageId)) return imageId;
  throw new ProblemError({ name: 'image-not-found', members: { image: imageId } });
}

const tag = { type: 'string', minLength: 1 } as const;
const list = { type: 'array', maxItems: 1000 } as const;

interface PatchBody {
  readonly add?: readonly string[];
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly (string | { readonly key: string; readonly value?: string })[];
}

const readPatchBody = bodyReader<PatchBody>({
  type: 'object',
  additionalProperties: false,
  properties: {
    add: { ...list, items: tag },
    set: { type: 'object', maxProperties: 1000, additionalProperties: { type: 'string' } },
    remove: {
      ...list,
      items: {
        type: ['string', 'object'],
        minLength: 1,
        additionalProperties: false,
        required: ['key'],
        properties: { key: { type: 'string' }, value: { type: 'string' } },
      },
    },
  },
});

/** Removals first, then `set`, whose keys lose all their texts, then `add`. */
export function readTagPatch(req: Request): Pick<TagChange, 'remove' | 'put'> {
  const { add = [], set = {}, remove = [] } = readPatchBody(req);
  const pairs = Object.entries(set).map(([key, value]) => tagFromPair({ key, value }));
  const keys: TagMatcher[] = pairs.map(({ key }) => ({ key, value: null }));
  return { remove: [...remove.map(selectorOf), ...keys], put: [...pairs, ...add.map(tagFromName)] };
}

function selectorOf(entry: string | { readonly key: string; readonly value?: string }): TagMatcher {
  if (typeof entry === 'string') return { name: entry };
  return { key: entry.key, value: entry.value ?? null };
}

const readPutBody = bodyReader<{ readonly tags: readonly string[] }>({
  type: 'object',
  additionalProperties: false,
  required: ['tags'],
  properties: { tags: { ...list, items: tag } },
});

export function readTagSet(req: Request): readonly Tag[] {
  return readPutBody(req).tags.map(tagFromName);
}

const moment = { type: 'string', format: 'moment' } as const;
const revision = { type: 'string', pattern: '^\\d{1,15}$' } as const;

const readMomentQuery = queryReader<{ readonly revision?: string; readonly at?: string }>({
  type: 'object',
  additionalProperties: false,
  properties: { revision, at: moment },
});

/** The requested past state; null: the present. @throws HttpFault invalid-request */
export function readPastMoment(req: Request): { readonly revision: number } | { readonly at: string } | null {
  const query = readMomentQuery(req);
  if (query.revision !== undefined && query.at !== undefined) {
    const issue = { path: '/at', code: 'query', message: 'Either a revision or a moment, not both.' };
    throw new HttpFault({ kind: 'invalid-request', issues: [issue] });
  }
  if (query.revision !== undefined) return { revision: Number(query.revision) };
  return query.at === undefined ? null : { at: parseMoment(query.at) };
}
