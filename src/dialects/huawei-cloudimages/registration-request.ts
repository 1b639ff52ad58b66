import type { Request } from 'express';
import type { ParamSchema, Schema } from 'express-validator';
import { checkPairForCreate, pairFromDotted, firstDuplicate } from '../huawei-ims/rules';
import type { JobType } from '../../core/job';
import type { ImageRegistration } from '../../core/job-service';
import { modelLimits } from '../../core/limits';
import type { HuaweiProfile } from '../huawei-ims/profiles';
import type { TagPair } from '../../core/tag';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import {
  validationError,
  objectListSchema,
  optionalRule,
  throwInvalidRequest,
} from '../../http/schema-parts';
import { imageRegistration } from './registered-image';
import { batchSchema, readPair, type RequestReader, textSchema } from '../huawei-ims/requests';
import { isNeitherNullNorMissing } from './requests';

export interface Registration {
  readonly type: JobType;
  readonly images: readonly ImageRegistration[];
}

const mostDataImages = 3;

/**
 * An image from a server, a volume or a file, which may have data disks, or data images from volumes: whatever it is made from is assumed
 * to exist. @throws HttpFault invalid-request, Refused tag-invalid (from the reader)
 */
export function registrationReader(profile: HuaweiProfile): RequestReader<Registration> {
  const readShape = requestReader(registrationSchema, (seen) => seen);
  const readPairs = tagsReader('', profile);
  const readDataPairs = tagsReader('data_images.*.', profile);
  return async (req) => {
    const seen = await readShape(req);
    const form = formOf(seen);
    const [pairs = []] = await readPairs(req);
    const system = form === 'data-images-from-volumes' ? [] : [imageRegistration(form, seen, pairs)];
    if (!isNeitherNullNorMissing(seen['data_images'])) return { type: form, images: system };
    await readDataShape(req);
    const own = await readDataPairs(req);
    const disks = seen['data_images'] as ValidatedFields[];
    const isFile = form === 'image-from-file';
    const data = disks.map((disk, at) =>
      imageRegistration(
        isFile ? 'data-image-from-file' : form,
        isFile ? diskOfFile(disk, at, system[0]) : disk,
        own[at] ?? pairs,
      ),
    );
    return { type: form, images: [...system, ...data] };
  };
}

/** The data disks of a file have the operating system of its system disk; what they are called is a guess. */
function diskOfFile(disk: ValidatedFields, at: number, system?: ImageRegistration): ValidatedFields {
  const { image_url, min_disk, description, name } = disk;
  const named =
    isNeitherNullNorMissing(name) && name !== '' ? name : `${system?.name ?? ''}_data_${String(at + 1)}`;
  const os_type = system?.properties?.get('__os_type');
  return { image_url, min_disk, description, name: named, os_type, type: 'DataImage' };
}

/** A file, quickly: a system disk image needs its operating system. @throws as registrationReader */
export function quickImportReader(profile: HuaweiProfile): RequestReader<Registration> {
  const read = registrationReader(profile);
  return async (req) => {
    const registration = await read(req);
    if (registration.type === 'image-from-file') await readSystem(req);
    else if (registration.type !== 'data-image-from-file') {
      throwInvalidRequest('image_url', 'IMG.0001', '"image_url" is needed.');
    }
    return registration;
  };
}

export const optionalTextSchema = (name: string): ParamSchema => ({
  in: ['body'],
  optional: optionalRule,
  isString: validationError('IMG.0001', `"${name}" must be a string.`),
});
const someBoolean = (name: string): ParamSchema => ({
  in: ['body'],
  optional: optionalRule,
  isBoolean: {
    options: { strict: true },
    ...validationError('IMG.0001', `"${name}" must be true or false.`),
  },
});
const someNumber = (name: string): ParamSchema => ({
  in: ['body'],
  optional: optionalRule,
  custom: {
    options: (value: unknown) =>
      Number.isInteger(value) || (typeof value === 'string' && /^\d+$/.test(value)),
    ...validationError('IMG.0055', `"${name}" must be a whole number.`),
  },
});
export const schemaForEach = (names: readonly string[], of: (name: string) => ParamSchema): Schema =>
  Object.fromEntries(names.map((name) => [name, of(name)]));

const sources = ['instance_id', 'image_url', 'volume_id'] as const;

export const registrationSchema: Schema = {
  ...schemaForEach(
    ['name', 'description', ...sources, 'os_version', 'os_type', 'type', 'architecture'],
    optionalTextSchema,
  ),
  ...schemaForEach(['cmk_id', 'enterprise_project_id', 'hw_firmware_type'], optionalTextSchema),
  ...schemaForEach(['min_disk', 'min_ram', 'max_ram'], someNumber),
  ...schemaForEach(['is_config', 'is_config_init', 'is_quick_import'], someBoolean),
  data_images: {
    ...objectListSchema(
      mostDataImages,
      validationError('IMG.0001', `"data_images" must be a list of 1 to ${String(mostDataImages)} objects.`),
    ),
    optional: optionalRule,
  },
};

const readDataShape = requestReader(
  {
    ...schemaForEach(
      ['name', 'volume_id', 'description', 'image_url'].map((name) => `data_images.*.${name}`),
      optionalTextSchema,
    ),
    ...schemaForEach(['data_images.*.min_disk'], someNumber),
    ...schemaForEach(['data_images.*.is_quick_import'], someBoolean),
  },
  () => undefined,
);

const readSystem = requestReader(
  { os_version: { in: ['body'], isString: validationError('IMG.0001', '"os_version" is needed.') } },
  () => undefined,
);

function formOf(seen: ValidatedFields): JobType {
  const given = sources.filter((name) => isNeitherNullNorMissing(seen[name]));
  if (isNeitherNullNorMissing(seen['data_images'])) {
    if (given.length === 0) return 'data-images-from-volumes';
    if (given.length === 1 && given[0] === 'image_url') return 'image-from-file';
    return throwInvalidRequest(
      'data_images',
      'IMG.0105',
      'Data disks of a server are registered in a request of their own.',
    );
  }
  if (given.length !== 1) {
    throwInvalidRequest('image_url', 'IMG.0001', `Exactly one of ${sources.join(', ')} must be given.`);
  }
  if (given[0] === 'instance_id') return 'image-from-server';
  if (given[0] === 'volume_id') return 'image-from-volume';
  return seen['type'] === 'DataImage' ? 'data-image-from-file' : 'image-from-file';
}

/** Pairs of each object that `prefix` stands for, undefined where none are given. Never both spellings. */
export function tagsReader(prefix: string, profile: HuaweiProfile): RequestReader<(TagPair[] | undefined)[]> {
  const dotted: ParamSchema = {
    in: ['body'],
    optional: optionalRule,
    isArray: {
      options: { max: modelLimits.batchEntries },
      bail: true,
      ...validationError('IMG.0001', '"tags" must be a list of strings.'),
    },
    custom: {
      options: (list: unknown[]) => list.every((tag) => typeof tag === 'string'),
      ...validationError('IMG.0001', '"tags" must be a list of strings.'),
    },
  };
  const readShape = requestReader(
    {
      [`${prefix}tags`]: dotted,
      [`${prefix}image_tags`]: { ...batchSchema('image_tags', 0), optional: optionalRule },
    },
    () => undefined,
  );
  const readEntries = requestReader(
    { [`${prefix}image_tags.*.key`]: textSchema, [`${prefix}image_tags.*.value`]: textSchema },
    () => undefined,
  );
  return async (req) => {
    await readShape(req);
    await readEntries(req);
    return holders(prefix, req).map((holder) => pairsIn(holder, profile));
  };
}

interface TagHolder {
  readonly tags?: readonly string[] | null;
  readonly image_tags?: readonly unknown[] | null;
}

/** The objects whose members the schema has seen to be of the right types. */
function holders(prefix: string, req: Request): readonly TagHolder[] {
  const body = req.body as TagHolder & { readonly data_images?: readonly TagHolder[] };
  return prefix === '' ? [body] : (body.data_images ?? []);
}

function pairsIn({ tags, image_tags: objects }: TagHolder, profile: HuaweiProfile): TagPair[] | undefined {
  const dotted = tags ?? [];
  const paired = objects ?? [];
  if (dotted.length > 0 && paired.length > 0) {
    throwInvalidRequest('tags', 'IMG.0001', 'Use either "tags" or "image_tags".');
  }
  const spelled = [...dotted.map(pairFromDotted), ...paired.map(readPair)];
  if (spelled.length === 0) return undefined;
  const pairs = spelled.map((pair) => checkPairForCreate(pair, profile));
  if (firstDuplicate(pairs.map(({ key }) => key)) !== undefined) {
    throwInvalidRequest('tags', 'IMG.0001', 'The keys of one image must be unique.');
  }
  return pairs;
}
