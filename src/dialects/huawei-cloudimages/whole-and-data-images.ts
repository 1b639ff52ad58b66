import type { Schema } from 'express-validator';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import { throwInvalidRequest } from '../../http/schema-parts';
import type { HuaweiProfile } from '../huawei-ims/profiles';
import type { RequestReader } from '../huawei-ims/requests';
import { checkedSize } from './image-attributes';
import { imageRegistration } from './registered-image';
import {
  schemaForEach,
  type Registration,
  registrationSchema,
  optionalTextSchema,
  tagsReader,
} from './registration-request';
import { isNeitherNullNorMissing } from './requests';

const wholeShape: Schema = {
  ...registrationSchema,
  ...schemaForEach(['backup_id', 'vault_id', 'whole_image_type'], optionalTextSchema),
};

/** A whole server, from it or from a backup of it. @throws as registrationReader (from the reader) */
export function wholeImageReader(profile: HuaweiProfile): RequestReader<Registration> {
  const readShape = requestReader(wholeShape, (seen) => seen);
  const readPairs = tagsReader('', profile);
  return async (req) => {
    const seen = await readShape(req);
    const type = wholeType(seen);
    const [pairs = []] = await readPairs(req);
    return { type, images: [imageRegistration(type, seen, pairs)] };
  };
}

function wholeType(seen: ValidatedFields): Registration['type'] {
  const kind = seen['whole_image_type'];
  if (isGiven(kind) && kind !== 'CBR' && kind !== 'CSBS') {
    throwInvalidRequest('whole_image_type', 'IMG.0001', '"whole_image_type" must be CBR or CSBS.');
  }
  const [server, backup] = [isGiven(seen['instance_id']), isGiven(seen['backup_id'])];
  if (server && backup) {
    throwInvalidRequest('backup_id', 'IMG.0001', 'Exactly one of instance_id and backup_id must be given.');
  }
  if (!server && !backup) {
    throwInvalidRequest('backup_id', isGiven(kind) ? 'IMG.0019' : 'IMG.0012');
  }
  return server ? 'whole-image-from-server' : 'whole-image-from-backup';
}

const leastDataDisk = 40;

/** A data disk, from a file. @throws as registrationReader (from the reader) */
export function dataImageReader(profile: HuaweiProfile): RequestReader<Registration> {
  const readShape = requestReader(registrationSchema, (seen) => seen);
  const readPairs = tagsReader('', profile);
  return async (req) => {
    const seen = await readShape(req);
    if (!isGiven(seen['image_url'])) throwInvalidRequest('image_url', 'IMG.0001', '"image_url" is needed.');
    checkedSize('min_disk', seen['min_disk'], leastDataDisk, 2048);
    const system = isGiven(seen['os_type']) ? seen['os_type'] : 'Linux';
    if (system !== 'Linux' && system !== 'Windows') throwInvalidRequest('os_type', 'IMG.0122');
    const [pairs = []] = await readPairs(req);
    const { name, description, image_url, min_disk, cmk_id, enterprise_project_id } = seen;
    const wanted = { name, description, image_url, min_disk, cmk_id, enterprise_project_id };
    const image = { ...wanted, os_type: system, type: 'DataImage' };
    return {
      type: 'data-image-from-file',
      images: [imageRegistration('data-image-from-file', image, pairs)],
    };
  };
}

function isGiven(value: unknown): boolean {
  return isNeitherNullNorMissing(value) && value !== '';
}
