import type { Request } from 'express';
import type { ParamSchema, Schema } from 'express-validator';
import {
  checkPairForCreate,
  type PairToDelete,
  checkPairForDelete,
  firstDuplicate,
} from '../huawei-ims/rules';
import { modelLimits } from '../../core/limits';
import type { HuaweiProfile } from '../huawei-ims/profiles';
import type { TagPair } from '../../core/tag';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import { validationError, textListSchema, throwInvalidRequest } from '../../http/schema-parts';
import {
  batchError,
  imageIdRule,
  requiredText,
  optionalText,
  readPair,
  type RequestReader,
  readImageId,
  textSchema,
} from '../huawei-ims/requests';

type TagChange =
  | { readonly action: 'create'; readonly pairs: readonly TagPair[] }
  | { readonly action: 'delete'; readonly pairs: readonly PairToDelete[] };

export type TagBatch = { readonly imageId: string } & TagChange;

const imageIdSchema: Schema = { image_id: { in: ['params'], matches: imageIdRule } };

/**
 * Neither length nor characters of the key are checked. A query is refused: an SDK that does not escape the
 * `?` of a key cuts it in two, and the rest would be another tag's key.
 */
export function readImageIdAndTagKey(req: Request): { imageId: string; key: string } {
  if (req.target.rawQuery !== null) throwInvalidRequest('key', 'IMG.0017', 'Escape "?" in a tag key as %3F.');
  return { imageId: readImageId(req), key: String(req.params['key']) };
}

/** @throws HttpFault invalid-request, Refused tag-invalid (from the reader) */
export function pairReader(profile: HuaweiProfile): RequestReader<{ imageId: string; pair: TagPair }> {
  const tag: ParamSchema = {
    in: ['body'],
    isObject: validationError('IMG.0001', '"tag" must be an object.'),
  };
  const readShape = requestReader({ ...imageIdSchema, tag }, (seen) => String(seen['image_id']));
  const readTagPair = requestReader({ 'tag.key': textSchema, 'tag.value': textSchema }, (seen) =>
    checkPairForCreate(readPair(seen['tag']), profile),
  );
  return async (req) => ({ imageId: await readShape(req), pair: await readTagPair(req) });
}

/** @throws as pairReader */
export function tagBatchReader(profile: HuaweiProfile): RequestReader<TagBatch> {
  const read = requestReader(batchShape, (seen): TagChange => {
    const pairs = pairsOf(seen);
    return isDeletion(seen)
      ? { action: 'delete', pairs: withUniqueKeys(pairs.map((pair) => checkPairForDelete(pair, profile))) }
      : { action: 'create', pairs: withUniqueKeys(pairs.map((pair) => checkPairForCreate(pair, profile))) };
  });
  return async (req) => {
    const imageId = readImageId(req);
    return { imageId, ...(await read(req)) };
  };
}

function isDeletion(body: unknown): boolean {
  return (body as ValidatedFields)['action'] === 'delete';
}

function withUniqueKeys<Entry extends { readonly key: string }>(entries: readonly Entry[]): readonly Entry[] {
  if (firstDuplicate(entries.map(({ key }) => key)) === undefined) return entries;
  return throwInvalidRequest('tags', 'IMG.0001', 'The keys of one request must be unique.');
}

const createdTexts = { key: requiredText, value: requiredText };
const deletedTexts = { key: requiredText, value: optionalText };

const batchShape: Schema = {
  action: {
    in: ['body'],
    isString: { bail: true, ...validationError('IMG.0001', '"action" must be "create" or "delete".') },
    isIn: {
      options: [['create', 'delete']],
      ...validationError('IMG.0001', '"action" must be "create" or "delete".'),
    },
  },
  tags: textListSchema(modelLimits.batchEntries, batchError('tags'), (body) =>
    isDeletion(body) ? deletedTexts : createdTexts,
  ),
};

function pairsOf(seen: ValidatedFields): TagPair[] {
  return (seen['tags'] as readonly unknown[]).map(readPair);
}
