import type { Request } from 'express';
import type { ParamSchema, Schema } from 'express-validator';
import { actingIn, type Caller } from '../../core/caller';
import { creatablePair, type DeletablePair, deletablePair, pairFromDotted } from '../../core/huawei-rules';
import { type HuaweiProfile, limits } from '../../core/limits';
import type { Pair } from '../../core/tag';
import { callerOf } from '../../http/context';
import { HttpFault } from '../../http/errors';
import { requestReader } from '../../http/request-reader';
import {
  issue,
  listOfObjects,
  listOfTexts,
  optional,
  refuseRequest,
  type TextRule,
} from '../../http/schema-parts';

/** bytes; the longest batch that keeps all the rules has some half a million when every sign is escaped */
export const bodyLimit = 1024 * 1024;

export type Reader<Input> = (req: Request) => Promise<Input>;

export interface TagRemoval {
  readonly imageId: string;
  readonly pairs: readonly DeletablePair[];
}

export interface TagWrite {
  readonly imageId: string;
  readonly pair: Pair;
}

/** @throws HttpFault target-not-text */
export function requireTextPath(req: Request): void {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
}

/** The caller inside the project of the path. @throws HttpFault invalid-request (IMG.0067, IMG.0030) */
export function callerInProject(req: Request, isProjectId: (text: string) => boolean): Caller {
  const projectId = String(req.params['project_id']);
  if (!isProjectId(projectId)) refuseRequest('project_id', 'IMG.0067');
  return callerIn(callerOf(req), projectId);
}

/** @throws HttpFault invalid-request (IMG.0030) */
export function callerIn(caller: Caller, projectId: string): Caller {
  return actingIn(caller, projectId) ?? refuseRequest('project_id', 'IMG.0030');
}

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isImageId = { options: [uuid] as [RegExp], ...issue('IMG.0066', 'It must be a UUID.') };
const imageIdSchema: Schema = { image_id: { in: ['params'], matches: isImageId } };

/** @throws HttpFault invalid-request (IMG.0066) (from the reader) */
export const readImageId = requestReader(imageIdSchema, (seen) => String(seen['image_id']));

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

/** A list of the body that must have `least` to 100 objects. */
export function batchOf(name: string, least = 1): ParamSchema {
  return listOfObjects(limits.batchEntries, batchFault(name, least), least);
}

function batchFault(name: string, least = 1): ReturnType<typeof issue> {
  return issue(
    'IMG.0001',
    `"${name}" must be a list of ${String(least)} to ${String(limits.batchEntries)} objects.`,
  );
}

const removedTexts = { key: neededText, value: optionalText };

/**
 * The list is in the body of a DELETE. A key may stand there twice.
 * @throws HttpFault invalid-request, Refused tag-invalid (from the reader)
 */
export function removalReader(profile: HuaweiProfile): Reader<TagRemoval> {
  const tags = listOfTexts(limits.batchEntries, batchFault('tags'), () => removedTexts);
  const readPairs = requestReader({ tags }, (seen) =>
    (seen['tags'] as unknown[]).map((entry) => deletablePair(pairOf(entry), profile)),
  );
  return async (req) => {
    // Where the path says it, a schema would cost more than the rest.
    const imageId = String(req.params['image_id']);
    if (!uuid.test(imageId)) refuseRequest('image_id', 'IMG.0066', 'It must be a UUID.');
    return { imageId, pairs: await readPairs(req) };
  };
}

/** One pair, spelled `key.value` or as an object. @throws HttpFault invalid-request, Refused tag-invalid */
export function writeReader(profile: HuaweiProfile): Reader<TagWrite> {
  const readShape = requestReader(writeShape, (seen) => seen);
  const readObject = requestReader({ 'image_tag.key': text, 'image_tag.value': text }, (seen) =>
    pairOf(seen['image_tag']),
  );
  return async (req) => {
    const { image_id: imageId, tag, image_tag: object } = await readShape(req);
    if (isThere(tag) === isThere(object)) {
      refuseRequest('tag', 'IMG.0001', 'Exactly one of "tag" and "image_tag" must be given.');
    }
    const pair = isThere(tag) ? pairFromDotted(tag as string) : await readObject(req);
    return { imageId: imageId as string, pair: creatablePair(pair, profile) };
  };
}

const writeShape: Schema = {
  image_id: {
    in: ['body'],
    isString: { bail: true, ...issue('IMG.0066', 'It must be a string.') },
    matches: isImageId,
  },
  tag: { in: ['body'], optional, isString: issue('IMG.0001', '"tag" must be a string.') },
  image_tag: { in: ['body'], optional, isObject: issue('IMG.0001', '"image_tag" must be an object.') },
};

export function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** What the schema has seen to be a pair, field by field. */
export function pairOf(seen: unknown): Pair {
  const { key, value } = seen as Partial<Record<'key' | 'value', string | null>>;
  return { key: key ?? '', value: value ?? '' };
}
