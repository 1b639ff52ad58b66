import type { Properties } from '../../core/image';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import { validationError, optionalRule, throwInvalidRequest } from '../../http/schema-parts';
import { checkedDescription, checkedName, checkedText } from './image-attributes';
import { schemaForEach, optionalTextSchema } from './registration-request';
import { diskFormatFromFile } from './registered-image';

const formats = ['qcow2', 'vhd', 'zvhd', 'vmdk'];

interface Copy {
  readonly name: string;
  /** Of the copy of this image; null: not that one of the source's. */
  readonly properties: (sourceId: string) => Properties;
}

/** @throws HttpFault invalid-request (from the reader) */
export const readCopyRequest = requestReader(
  schemaForEach(['name', 'description', 'cmk_id', 'enterprise_project_id'], optionalTextSchema),
  (seen): Copy & { readonly key: string | undefined } => {
    const key = textIn(seen, 'cmk_id');
    const project = textIn(seen, 'enterprise_project_id');
    return {
      ...described(seen, (sourceId) => [
        ['__data_origin', `image,${sourceId}`],
        // Without a key the copy is not encrypted, whatever its source is.
        ['__system__cmkid', key === undefined ? null : checkedText('cmk_id', key)],
        [
          'enterprise_project_id',
          project === undefined ? null : checkedText('enterprise_project_id', project),
        ],
      ]),
      key,
    };
  },
);

/** @throws HttpFault invalid-request (from the reader) */
export const readCrossRegionCopyRequest = requestReader(
  schemaForEach(
    ['name', 'description', 'region', 'project_name', 'agency_name', 'vault_id'],
    optionalTextSchema,
  ),
  (seen): Copy & { readonly project: string; readonly vault: string | undefined } => {
    const region = needed(seen, 'region', 'IMG.0147');
    needed(seen, 'agency_name', 'IMG.0001');
    return {
      // Which region it comes from is nowhere known here.
      ...described(seen, (sourceId) => [
        ['__data_origin', checkedText('region', `image,${region},${sourceId}`)],
      ]),
      project: needed(seen, 'project_name', 'IMG.0145'),
      vault: textIn(seen, 'vault_id'),
    };
  },
);

/** Where an image is to go; only its form is looked at. @throws HttpFault invalid-request (from the reader) */
export const readExportRequest = requestReader(
  {
    ...schemaForEach(['bucket_url', 'file_format'], optionalTextSchema),
    is_quick_export: {
      in: ['body'],
      optional: optionalRule,
      isBoolean: {
        options: { strict: true },
        ...validationError('IMG.0001', '"is_quick_export" must be true or false.'),
      },
    },
  },
  (seen): void => {
    checkedFile(seen, 'bucket_url');
    const format = textIn(seen, 'file_format');
    if (seen['is_quick_export'] === true) {
      if (format === undefined) return;
      throwInvalidRequest('file_format', 'IMG.0001', '"file_format" cannot be given with "is_quick_export".');
    }
    if (format === undefined || !formats.includes(format)) throwInvalidRequest('file_format', 'IMG.0072');
  },
);

/** @throws HttpFault invalid-request (from the reader) */
export const readImportRequest = requestReader(schemaForEach(['image_url'], optionalTextSchema), (seen) => {
  const file = checkedFile(seen, 'image_url');
  const properties: Properties = new Map([
    ['__data_origin', `file,${file}`],
    ['__image_source_type', 'uds'],
  ]);
  return { format: diskFormatFromFile(file), properties };
});

function described(
  seen: ValidatedFields,
  more: (sourceId: string) => readonly (readonly [string, string | null])[],
): Copy {
  const name = checkedName(textIn(seen, 'name') ?? '');
  const description = checkedDescription(textIn(seen, 'description') ?? '');
  return {
    name,
    properties: (sourceId) =>
      new Map([
        ['__description', description === '' ? null : description],
        ['__originalimagename', sourceId],
        ...more(sourceId),
      ]),
  };
}

/** A bucket, a colon and the name of a file. @throws HttpFault invalid-request */
function checkedFile(seen: ValidatedFields, name: string): string {
  const text = textIn(seen, name) ?? '';
  const at = text.indexOf(':');
  if (at <= 0) throwInvalidRequest(name, 'IMG.0068');
  if (at === text.length - 1) throwInvalidRequest(name, 'IMG.0073');
  if (text.includes(' ')) throwInvalidRequest(name, 'IMG.0175');
  return checkedText(name, text);
}

function needed(seen: ValidatedFields, name: string, code: string): string {
  return textIn(seen, name) ?? throwInvalidRequest(name, code, `"${name}" is needed.`);
}

function textIn(seen: ValidatedFields, name: string): string | undefined {
  const value = seen[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
