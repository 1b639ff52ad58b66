import { countCodePoints, isStorableText } from '../../core/tag';
import { throwInvalidRequest } from '../../http/schema-parts';
import { uuidPattern } from '../huawei-ims/requests';

const nameLength = 128;
const descriptionLength = 1024;
const nameCharacters = /^[0-9A-Za-z\u4e00-\u9fff ._-]+$/;
const propertyName = /^[0-9a-z_][0-9a-z_.:-]{0,254}$/;

/** Members of an image that are no properties, or that this service computes: no property is called so. */
const taken: ReadonlySet<string> = new Set([
  ...['id', 'owner', 'status', 'visibility', 'tags', 'self', 'file', 'schema', 'size', 'virtual_size'],
  ...['checksum', 'protected', 'min_disk', 'disk_format', 'container_format', 'created_at', 'updated_at'],
  ...['deleted', 'deleted_at', 'direct_url', 'locations', 'stores', 'os_hidden', 'os_hash_algo'],
  ...['os_hash_value', '__imagetype', '__isregistered', '__image_size'],
]);

/** @throws HttpFault invalid-request (IMG.0013, IMG.0002, IMG.0003) */
export function checkedName(name: string): string {
  if (name === '') throwInvalidRequest('name', 'IMG.0013');
  if (countCodePoints(name) > nameLength) throwInvalidRequest('name', 'IMG.0002');
  if (!nameCharacters.test(name) || name.startsWith(' ') || name.endsWith(' ')) {
    throwInvalidRequest('name', 'IMG.0003');
  }
  return name;
}

/** @throws HttpFault invalid-request (IMG.0004, IMG.0054) */
export function checkedDescription(text: string): string {
  if (countCodePoints(text) > descriptionLength) throwInvalidRequest('description', 'IMG.0004');
  if (/[<>\r\n]/.test(text) || !isStorableText(text)) throwInvalidRequest('description', 'IMG.0054');
  return text;
}

/** @throws HttpFault invalid-request (IMG.0141) */
export function checkedFirmware(text: string): string {
  return text === 'bios' || text === 'uefi' ? text : throwInvalidRequest('hw_firmware_type', 'IMG.0141');
}

/** Megabytes or gigabytes, as a number or as its digits. @throws HttpFault invalid-request (IMG.0055) */
export function checkedSize(name: string, value: unknown, least = 0, most = 2 ** 31 - 1): number {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  return throwInvalidRequest(name, 'IMG.0055', `"${name}" must be ${String(least)} to ${String(most)}.`);
}

/**
 * Attributes for which the schema of images that OpenStack clients fetch has more than "a string": glance compares
 * every image that it changes with it, so that one with another value could be changed there no more.
 */
const forms: Readonly<Record<string, { readonly form: RegExp; readonly words: string }>> = {
  kernel_id: { form: uuidPattern, words: 'the UUID of an image' },
  ramdisk_id: { form: uuidPattern, words: 'the UUID of an image' },
  cinder_encryption_key_deletion_policy: {
    form: /^(?:on_image_deletion|do_not_delete)$/,
    words: 'on_image_deletion or do_not_delete',
  },
};

/** @throws HttpFault invalid-request (IMG.0001) */
export function checkedText(name: string, text: string): string {
  if (!isStorableText(text)) return throwInvalidRequest(name, 'IMG.0001', `"${name}" holds what is no text.`);
  const wanted = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (!wanted || wanted.form.test(text)) return text;
  return throwInvalidRequest(name, 'IMG.0001', `"${name}" must be ${wanted.words}.`);
}

/** @throws HttpFault invalid-request (IMG.0001) */
export function checkedPropertyName(name: string): string {
  if (propertyName.test(name) && !taken.has(name) && !name.startsWith('os_glance')) return name;
  return throwInvalidRequest('path', 'IMG.0001', 'This attribute cannot be changed here.');
}
