import type { Schema } from 'express-validator';
import {
  checkPairForCreate,
  type PairToDelete,
  checkPairForDelete,
  pairFromDotted,
} from '../huawei-ims/rules';
import { modelLimits } from '../../core/limits';
import type { HuaweiProfile } from '../huawei-ims/profiles';
import type { TagPair } from '../../core/tag';
import { requestReader } from '../../http/request-reader';
import { validationError, textListSchema, optionalRule, throwInvalidRequest } from '../../http/schema-parts';
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

export interface TagRemoval {
  readonly imageId: string;
  readonly pairs: readonly PairToDelete[];
}

export interface TagWrite {
  readonly imageId: string;
  readonly pair: TagPair;
}

const removedTexts = { key: requiredText, value: optionalText };

/**
 * The list is in the body of a DELETE. A key may stand there twice.
 * @throws HttpFault invalid-request, Refused tag-invalid (from the reader)
 */
export function tagRemovalReader(profile: HuaweiProfile): RequestReader<TagRemoval> {
  const tags = textListSchema(modelLimits.batchEntries, batchError('tags'), () => removedTexts);
  const readPairs = requestReader({ tags }, (seen) =>
    (seen['tags'] as unknown[]).map((entry) => checkPairForDelete(readPair(entry), profile)),
  );
  return async (req) => {
    const imageId = readImageId(req);
    return { imageId, pairs: await readPairs(req) };
  };
}

/** One pair, spelled `key.value` or as an object. @throws HttpFault invalid-request, Refused tag-invalid */
export function tagWriteReader(profile: HuaweiProfile): RequestReader<TagWrite> {
  const readShape = requestReader(writeShape, (seen) => seen);
  const readObject = requestReader({ 'image_tag.key': textSchema, 'image_tag.value': textSchema }, (seen) =>
    readPair(seen['image_tag']),
  );
  return async (req) => {
    const { image_id: imageId, tag, image_tag: object } = await readShape(req);
    if (isNeitherNullNorMissing(tag) === isNeitherNullNorMissing(object)) {
      throwInvalidRequest('tag', 'IMG.0001', 'Exactly one of "tag" and "image_tag" must be given.');
    }
    const pair = isNeitherNullNorMissing(tag) ? pairFromDotted(tag as string) : await readObject(req);
    return { imageId: imageId as string, pair: checkPairForCreate(pair, profile) };
  };
}

const writeShape: Schema = {
  image_id: {
    in: ['body'],
    isString: { bail: true, ...validationError('IMG.0066', 'It must be a string.') },
    matches: imageIdRule,
  },
  tag: {
    in: ['body'],
    optional: optionalRule,
    isString: validationError('IMG.0001', '"tag" must be a string.'),
  },
  image_tag: {
    in: ['body'],
    optional: optionalRule,
    isObject: validationError('IMG.0001', '"image_tag" must be an object.'),
  },
};

export function isNeitherNullNorMissing(value: unknown): boolean {
  return value !== undefined && value !== null;
}
