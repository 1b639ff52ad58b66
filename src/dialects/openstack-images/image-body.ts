import type { Properties } from '../../core/image';
import type { NewImageRequest } from '../../core/image-service';
import { countCodePoints } from '../../core/tag';
import { isJsonObject, type JsonObject, schemaFault } from './python/json-schema';
import { detailedPageError, pageError } from './errors/page-error';
import type { GlanceRelease } from './release';
import { imageSchema } from './schemas';

/** Members that no request may hold, whatever their value: they are computed. */
const computed = ['direct_url', 'self', 'file', 'schema', 'stores'];

/** Fields that the service sets. */
export const readOnlyFields: readonly string[] = [
  'created_at',
  'updated_at',
  'status',
  'checksum',
  'size',
  'virtual_size',
  'direct_url',
  'self',
  'file',
  'schema',
  'id',
  'os_hash_algo',
  'os_hash_value',
];

/** Names that are no property's and no field's. */
const reservedNames: readonly string[] = ['location', 'deleted', 'deleted_at'];
const reservedPrefix = 'os_glance';
const longestName = 255;
const largestInteger = 2_147_483_647;

export function isReservedField(name: string): boolean {
  return reservedNames.includes(name) || name.startsWith(reservedPrefix);
}

/** The fields that a new image may be given, in the order in which Glance takes them from the body. */
const fields: readonly string[] = [
  'checksum',
  'created_at',
  'container_format',
  'disk_format',
  'id',
  'min_disk',
  'min_ram',
  'name',
  'size',
  'virtual_size',
  'status',
  'tags',
  'owner',
  'updated_at',
  'visibility',
  'protected',
  'os_hidden',
];

/** @throws PageError 400 when a value does not match, in the validator's words */
export function requireImageSchema(value: JsonObject, release: GlanceRelease): void {
  const fault = schemaFault(imageSchema, value, release);
  if (fault !== undefined) throw pageError(400, `Provided object does not match schema 'image': ${fault}`);
}

/** A new image as `POST /v2/images` describes it. @throws PageError 400, 403 */
export function readNewImage(body: unknown, release: GlanceRelease): NewImageRequest {
  if (!isJsonObject(body)) throw pageError(400, 'An image is described by a JSON object.');
  const forbidden = computed.find((name) => body.has(name));
  if (forbidden !== undefined) throw pageError(403, `Attribute '${forbidden}' is read-only.`);
  requireImageSchema(body, release);
  const properties = new Map([...body].filter(([name]) => !fields.includes(name)));
  for (const name of properties.keys()) requirePropertyName(name);
  const readOnly = ['created_at', 'updated_at', 'status', 'checksum', 'size', 'virtual_size'];
  const set = readOnly.find((name) => body.has(name));
  if (set !== undefined) throw pageError(403, `Attribute '${set}' is read-only.`);
  if (properties.has('locations')) throw pageError(403, `Attribute 'locations' is reserved.`);
  return { ...describedFields(body), properties: propertiesOf(properties) };
}

/** Only the fields given; an absent one takes the service's default, null is a value. The schema has passed. */
function describedFields(body: JsonObject): NewImageRequest {
  const request: Partial<Record<keyof NewImageRequest, unknown>> = {};
  const take = (name: string, field: keyof NewImageRequest, read: (value: unknown) => unknown): void => {
    if (body.has(name)) request[field] = read(body.get(name));
  };
  const same = (value: unknown): unknown => value;
  take('id', 'imageId', same);
  take('name', 'name', same);
  take('disk_format', 'diskFormat', same);
  take('container_format', 'containerFormat', same);
  take('min_disk', 'minDisk', (value) => readInteger('min_disk', value));
  take('min_ram', 'minRam', (value) => readInteger('min_ram', value));
  take('visibility', 'visibility', same);
  take('protected', 'protected', same);
  take('os_hidden', 'hidden', same);
  take('tags', 'tags', same);
  take('owner', 'owner', same);
  return request as NewImageRequest;
}

/** @throws PageError 400 when it is negative or no 32-bit integer */
export function readInteger(name: string, value: unknown): number {
  const amount = Number(value);
  if (amount < 0) {
    const words = 'Cannot be a negative value';
    throw pageError(400, `Invalid value '${String(value)}' for parameter '${name}': ${words}`);
  }
  if (amount > largestInteger) {
    throw pageError(400, `'${name}' value out of range, must not exceed ${String(largestInteger)}.`);
  }
  return amount;
}

function requirePropertyName(name: string): void {
  if (countCodePoints(name) > longestName) {
    throw pageError(400, 'Custom property should not be greater than 255 characters.');
  }
  if (isReservedField(name)) throw detailedPageError(403, `Attribute '${name}' is reserved.`);
}

/** The schema lets some be null. Fields that only the service sets are not custom. */
function propertiesOf(members: JsonObject): Properties {
  return new Map(
    [...members].filter(
      (member): member is [string, string | null] =>
        (typeof member[1] === 'string' || member[1] === null) && !readOnlyFields.includes(member[0]),
    ),
  );
}
