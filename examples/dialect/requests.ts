import type { Request } from 'express';
import type { Schema } from 'express-validator';
import { HttpFault } from '../../src/http/errors';
import { requestReader, type ValidatedFields } from '../../src/http/request-reader';
import { validationError, throwInvalidRequest } from '../../src/http/schema-parts';

const schema: Schema = {
  image_id: {
    in: ['params'],
    isUUID: { options: 'loose', ...validationError('id', 'an image id is a UUID') },
  },
};

const imageIdOf = (seen: ValidatedFields): string => String(seen['image_id']);

/** @throws HttpFault invalid-request */
export const readImageId = requestReader(schema, imageIdOf);

/**
 * The tag as it stands in the path. A query is refused: it is nearly always the rest of a tag whose question mark
 * was not escaped. @throws HttpFault invalid-request, target-not-text
 */
export async function readImageTag(req: Request): Promise<{ imageId: string; tag: string }> {
  if (!req.target.pathIsText) throw new HttpFault({ kind: 'target-not-text', where: 'path' });
  if (req.target.rawQuery !== null) throwInvalidRequest('tag', 'tag', 'write ? in a tag as %3F');
  return { imageId: await readImageId(req), tag: String(req.params['tag']) };
}
