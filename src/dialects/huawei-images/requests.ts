import type { Request } from 'express';
import type { ParamSchema, Schema } from 'express-validator';
import { actingIn, type Caller } from '../../core/caller';
import { creatablePair, type DeletablePair, deletablePair, repeatedText } from '../../core/huawei-rules';
import { type HuaweiProfile, limits } from '../../core/limits';
import type { Pair } from '../../core/tag';
import { callerOf } from '../../http/context';
import { HttpFault } from '../../http/errors';
import { requestReader, type Seen } from '../../http/request-reader';
import { issue, listOfTexts, refuseRequest, type TextRule } from '../../http/schema-parts';

/** bytes; the longest search that keeps all the rules has some 1.3 million when every sign is escaped */
export const bodyLimit = 2 * 1024 * 1024;

type Reader<Input> = (req: Request) => Promise<Input>;

type TagChange =
  | { readonly action: 'create'; readonly pairs: readonly Pair[] }
  | { readonly action: 'delete'; readonly pairs: readonly DeletablePair[] };

export type TagBatch = { readonly imageId: string } & TagChange;

/** The caller inside the project of the path. @throws HttpFault target-not-text, invalid-request (IMG.0030) */
export function callerInProject(req: Request): Caller {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
  return actingIn(callerOf(req), String(req.params['project_id'])) ?? refuseRequest('project_id', 'IMG.0030');
}

/** `bail` first: every other check would take numbers and lists for text. */
export const text: ParamSchema = {
  in: ['body'],
  exists: { options: { values: 'null' }, bail: true, ...issue('IMG.0115', 'Keys and values are needed.') },
  isString: { bail: true, ...issue('IMG.0001', 'Keys and values are strings.') },
};

const neededText: TextRule = {
  absent: issue('IMG.0115', 'Keys and values are needed.'),
  notText: issue('IMG.0001', 'Keys and values are strings.'),
};

const optionalText: TextRule = { absent: null, notText: issue('IMG.0001', 'Values are strings.') };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const notUuid = issue('IMG.0066', 'It must be a UUID.');

const imageIdSchema: Schema = { image_id: { in: ['params'], matches: { options: [uuid], ...notUuid } } };

/** Where the path says all, a schema would cost more than the rest. @throws HttpFault invalid-request (IMG.0066) */
export function readImageId(req: Request): string {
  const imageId = String(req.params['image_id']);
  const { code, message } = notUuid.errorMessage;
  return uuid.test(imageId) ? imageId : refuseRequest('image_id', code, message);
}

/**
 * Neither length nor characters of the key are checked. A query is refused: an SDK that does not escape the
 * `?` of a key cuts it in two, and the rest would be another tag's key.
 */
export function readImageKey(req: Request): { imageId: string; key: string } {
  if (req.target.rawQuery !== null) refuseRequest('key', 'IMG.0017', 'Escape "?" in a tag key as %3F.');
  return { imageId: readImageId(req), key: String(req.params['key']) };
}

/** @throws HttpFault invalid-request, Refused tag-invalid (from the reader) */
export function pairReader(profile: HuaweiProfile): Reader<{ imageId: string; pair: Pair }> {
  const tag: ParamSchema = { in: ['body'], isObject: issue('IMG.0001', '"tag" must be an object.') };
  const readShape = requestReader({ ...imageIdSchema, tag }, (seen) => String(seen['image_id']));
  const readPair = requestReader({ 'tag.key': text, 'tag.value': text }, (seen) =>
    creatablePair(pairOf(seen['tag']), profile),
  );
  return async (req) => ({ imageId: await readShape(req), pair: await readPair(req) });
}

/** @throws as pairReader */
export function batchReader(profile: HuaweiProfile): Reader<TagBatch> {
  const read = requestReader(batchShape, (seen): TagChange => {
    const pairs = pairsOf(seen);
    return isDeletion(seen)
      ? { action: 'delete', pairs: withUniqueKeys(pairs.map((pair) => deletablePair(pair, profile))) }
      : { action: 'create', pairs: withUniqueKeys(pairs.map((pair) => creatablePair(pair, profile))) };
  });
  return async (req) => {
    const imageId = readImageId(req);
    return { imageId, ...(await read(req)) };
  };
}

function isDeletion(body: unknown): boolean {
  return (body as Seen)['action'] === 'delete';
}

function withUniqueKeys<Entry extends { readonly key: string }>(entries: readonly Entry[]): readonly Entry[] {
  if (repeatedText(entries.map(({ key }) => key)) === undefined) return entries;
  return refuseRequest('tags', 'IMG.0001', 'The keys of one request must be unique.');
}

const createdTexts = { key: neededText, value: neededText };
const deletedTexts = { key: neededText, value: optionalText };

const batchShape: Schema = {
  action: {
    in: ['body'],
    isString: { bail: true, ...issue('IMG.0001', '"action" must be "create" or "delete".') },
    isIn: { options: [['create', 'delete']], ...issue('IMG.0001', '"action" must be "create" or "delete".') },
  },
  tags: listOfTexts(
    limits.batchEntries,
    issue('IMG.0001', `"tags" must be a list of 1 to ${String(limits.batchEntries)} objects.`),
    (body) => (isDeletion(body) ? deletedTexts : createdTexts),
  ),
};

/** What the schema has seen to be a pair, field by field. */
function pairOf(seen: unknown): Pair {
  const { key, value } = seen as Partial<Record<'key' | 'value', string | null>>;
  return { key: key ?? '', value: value ?? '' };
}

function pairsOf(seen: Seen): Pair[] {
  return (seen['tags'] as readonly unknown[]).map(pairOf);
}
