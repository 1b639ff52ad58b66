import type { Caller } from '../../core/caller';
import type { Image } from '../../core/image';
import type { CheckImageForJob } from '../../core/image-job-service';
import { throwInvalidRequest } from '../../http/schema-parts';

/** bytes: 128 GB */
const largestAcross = 128 * 1024 ** 3;

const refuse = (code: string, message = ''): never => throwInvalidRequest('image_id', code, message);

/** @param key the encryption key that the copy is to have */
export function createCopyCheck(key: string | undefined): CheckImageForJob {
  return (image) => {
    requireActive(image);
    if (isWhole(image)) refuse('IMG.0130');
    if (isIso(image)) refuse('IMG.0167');
    if (key !== undefined && image.properties.get('__system__cmkid') === key) refuse('IMG.0096');
  };
}

/** @param vault where the backup of a whole image goes */
export function createCrossRegionCopyCheck(caller: Caller, vault: string | undefined): CheckImageForJob {
  return (image) => {
    requireActive(image);
    requirePrivate(image, caller);
    if (isIso(image)) refuse('IMG.0167');
    if (isEncrypted(image)) refuse('IMG.0143');
    if ((image.size ?? 0) > largestAcross) refuse('IMG.0146');
    if (isWhole(image) && vault === undefined) {
      throwInvalidRequest('vault_id', 'IMG.0001', '"vault_id" is needed for a full-ECS image.');
    }
  };
}

export function createExportCheck(caller: Caller): CheckImageForJob {
  return (image) => {
    requireActive(image);
    if (image.visibility === 'public') refuse('IMG.0077');
    requirePrivate(image, caller);
    if (isWhole(image)) refuse('IMG.0128');
    if (isIso(image)) refuse('IMG.0167');
  };
}

function requireActive({ status }: Image): void {
  if (status !== 'active') refuse('IMG.0046');
}

/** The project's own: whom it is shared with does not matter. */
function requirePrivate({ projectId }: Image, caller: Caller): void {
  if (projectId !== caller.projectId) refuse('IMG.0047');
}

function isWhole({ properties }: Image): boolean {
  return properties.get('__whole_image') === 'true';
}

function isIso({ properties, diskFormat }: Image): boolean {
  return diskFormat === 'iso' || properties.get('virtual_env_type') === 'IsoImage';
}

function isEncrypted({ properties }: Image): boolean {
  return (properties.get('__system__cmkid') ?? '') !== '';
}
