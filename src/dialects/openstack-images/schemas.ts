import { diskFormats } from '../../core/image-formats';
import type { JsonSchema } from './python/json-schema';
import { glanceJson } from './python/json-text';

/*
 * The schemas that clients fetch, and by which requests are checked: one text for both. Members are in
 * Glance's order, which is the order of checks too. Long descriptions are our own (divergence D16); the short
 * ones appear in error messages and are Glance's.
 */

export const uuidPattern =
  '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

const containerFormats = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'];
// Divergence D25: those of registered images, too.
const knownDiskFormats = [...diskFormats.usual, ...diskFormats.registered];

const text = (description: string): JsonSchema => ({ type: 'string', description });
const readOnlyText = (description: string): JsonSchema => ({ type: 'string', readOnly: true, description });
const nullable = (type: string, description: string): JsonSchema => ({ type: ['null', type], description });
const readOnlyNullable = (type: string, description: string): JsonSchema => ({
  type: ['null', type],
  readOnly: true,
  description,
});
const custom = (schema: JsonSchema): JsonSchema => ({ ...schema, is_base: false });
const customText = (description: string): JsonSchema => custom({ description, type: 'string' });
const imageReference = (description: string): JsonSchema =>
  custom({ type: ['null', 'string'], pattern: uuidPattern, description });

const locations: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      url: { type: 'string', maxLength: 255 },
      metadata: { type: 'object' },
      validation_data: {
        description:
          'Checksum and hash that the image shall have. They can be given while the image is queued; later ' +
          'they must be the ones it has.',
        type: 'object',
        writeOnly: true,
        additionalProperties: false,
        properties: {
          checksum: { type: 'string', minLength: 32, maxLength: 32 },
          os_hash_algo: { type: 'string', maxLength: 64 },
          os_hash_value: { type: 'string', maxLength: 128 },
        },
        required: ['os_hash_algo', 'os_hash_value'],
      },
    },
    required: ['url', 'metadata'],
  },
  description: 'A set of URLs to access the image file kept in external store',
};

const baseProperties: Readonly<Record<string, JsonSchema>> = {
  id: { ...text('An identifier for the image'), pattern: uuidPattern },
  name: { ...nullable('string', 'Descriptive name for the image'), maxLength: 255 },
  status: {
    ...readOnlyText('Status of the image'),
    enum: [
      'queued',
      'saving',
      'active',
      'killed',
      'deleted',
      'uploading',
      'importing',
      'pending_delete',
      'deactivated',
    ],
  },
  visibility: {
    ...text('Scope of image accessibility'),
    enum: ['community', 'public', 'private', 'shared'],
  },
  protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
  os_hidden: {
    type: 'boolean',
    description: 'If true, image will not appear in default image list response.',
  },
  checksum: { ...readOnlyNullable('string', 'md5 hash of image contents.'), maxLength: 32 },
  os_hash_algo: {
    ...readOnlyNullable('string', 'Algorithm to calculate the os_hash_value'),
    maxLength: 64,
  },
  os_hash_value: {
    ...readOnlyNullable(
      'string',
      'Hexdigest of the image contents using the algorithm specified by the os_hash_algo',
    ),
    maxLength: 128,
  },
  owner: { ...nullable('string', 'Owner of the image'), maxLength: 255 },
  size: readOnlyNullable('integer', 'Size of image file in bytes'),
  virtual_size: readOnlyNullable('integer', 'Virtual size of image in bytes'),
  container_format: { ...nullable('string', 'Format of the container'), enum: [null, ...containerFormats] },
  disk_format: { ...nullable('string', 'Format of the disk'), enum: [null, ...knownDiskFormats] },
  created_at: readOnlyText('Date and time of image registration'),
  updated_at: readOnlyText('Date and time of the last image modification'),
  tags: {
    type: 'array',
    description: 'List of strings related to the image',
    items: { type: 'string', maxLength: 255 },
  },
  direct_url: readOnlyText('URL to access the image file kept in external store'),
  min_ram: { type: 'integer', description: 'Amount of ram (in MB) required to boot image.' },
  min_disk: { type: 'integer', description: 'Amount of disk space (in GB) required to boot image.' },
  self: readOnlyText('An image self url'),
  file: readOnlyText('An image file url'),
  stores: readOnlyText('Names of the stores that hold the data, with commas between; absent with one store.'),
  schema: readOnlyText('An image schema url'),
  locations,
};

const customProperties: Readonly<Record<string, JsonSchema>> = {
  kernel_id: imageReference('For images of the AMI kind: id of the image that is the kernel.'),
  ramdisk_id: imageReference('For images of the AMI kind: id of the image that is the initial ram disk.'),
  instance_uuid: custom(text('The server that this image was made from. For information only.')),
  architecture: customText('Processor architecture that the system in the image was built for.'),
  os_distro: customText('Short name of the distribution in the image, for example debian.'),
  os_version: customText('Operating system version as specified by the distributor.'),
  description: customText('A human-readable string describing this image.'),
  cinder_encryption_key_id: customText('Id of the key that volumes made from this image are decrypted with.'),
  cinder_encryption_key_deletion_policy: custom({
    description: 'When the key named by cinder_encryption_key_id is deleted; absent: never.',
    type: 'string',
    enum: ['on_image_deletion', 'do_not_delete'],
  }),
};

/** What a new image and every change of one is checked by. */
export const imageSchema: JsonSchema = {
  name: 'image',
  properties: { ...baseProperties, ...customProperties },
  additionalProperties: { type: 'string' },
  links: [
    { rel: 'self', href: '{self}' },
    { rel: 'enclosure', href: '{file}' },
    { rel: 'describedby', href: '{schema}' },
  ],
};

const memberSchema: JsonSchema = {
  name: 'member',
  properties: {
    member_id: text('An identifier for the image member (tenantId)'),
    image_id: { ...text('An identifier for the image'), pattern: uuidPattern },
    created_at: text('Date and time of image member creation'),
    updated_at: text('Date and time of last modification of image member'),
    status: { ...text('The status of this image member'), enum: ['pending', 'accepted', 'rejected'] },
    schema: { readOnly: true, type: 'string' },
  },
};

export const describedByLink = { rel: 'describedby', href: '{schema}' };

const imagesSchema: JsonSchema = {
  name: 'images',
  properties: {
    images: { type: 'array', items: imageSchema },
    first: { type: 'string' },
    next: { type: 'string' },
    schema: { type: 'string' },
  },
  links: [{ rel: 'first', href: '{first}' }, { rel: 'next', href: '{next}' }, describedByLink],
};

const membersSchema: JsonSchema = {
  name: 'members',
  properties: { members: { type: 'array', items: memberSchema }, schema: { type: 'string' } },
  links: [describedByLink],
};

/** Documents under `/v2/schemas`, as they go over the wire. */
export const schemaTexts: Readonly<Record<'image' | 'images' | 'member' | 'members', string>> = {
  image: glanceJson(imageSchema),
  images: glanceJson(imagesSchema),
  member: glanceJson(memberSchema),
  members: glanceJson(membersSchema),
};

export function baseFieldType(name: string): JsonSchema['type'] {
  return Object.hasOwn(baseProperties, name) ? baseProperties[name]?.type : undefined;
}
