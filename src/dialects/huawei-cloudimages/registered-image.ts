import type { DiskFormat } from '../../core/image-formats';
import type { JobType } from '../../core/job';
import type { ImageRegistration } from '../../core/job-service';
import type { TagPair } from '../../core/tag';
import type { ValidatedFields } from '../../http/request-reader';
import { throwInvalidRequest } from '../../http/schema-parts';
import {
  checkedDescription,
  checkedFirmware,
  checkedName,
  checkedSize,
  checkedText,
} from './image-attributes';

/** What `type` says of the hosts that an image is for (IMS, "Image Attributes", virtual_env_type). */
const environments = new Map([
  ['ECS', 'FusionCompute'],
  ['FusionCompute', 'FusionCompute'],
  ['BMS', 'Ironic'],
  ['Ironic', 'Ironic'],
  ['IsoImage', 'IsoImage'],
  ['DataImage', 'DataImage'],
]);

const formats: readonly DiskFormat[] = [
  'zvhd2',
  'zvhd',
  'vhd',
  'vmdk',
  'vhdx',
  'qcow2',
  'qcow',
  'vdi',
  'qed',
  'raw',
  'iso',
];

const diskSizes = { 'image-from-file': 1024, 'data-image-from-file': 2048 } as const;

/** The image that a request describes, in the words that IMS keeps of it. @throws HttpFault invalid-request */
export function imageRegistration(
  type: JobType,
  seen: ValidatedFields,
  pairs: readonly TagPair[],
): ImageRegistration {
  const origin = type === 'data-images-from-volumes' ? volumeOf(seen) : originOf(type, seen);
  return {
    name: checkedName(textIn(seen, 'name') ?? ''),
    diskFormat: diskFormatFromFile(textIn(seen, 'image_url') ?? ''),
    containerFormat: 'bare',
    minDisk: minDiskOf(type, seen),
    minRam: numberIn(seen, 'min_ram') ?? 0,
    properties: propertiesOf(type, seen, origin),
    pairs,
  };
}

/** `instance,<id>`, as IMS writes it (`backup,<id>` is a guess) into `__data_origin`. */
function originOf(type: JobType, seen: ValidatedFields): string {
  const instance = textIn(seen, 'instance_id');
  if (instance !== undefined) return `instance,${instance}`;
  const backup = textIn(seen, 'backup_id');
  if (backup !== undefined) return `backup,${backup}`;
  const file = textIn(seen, 'image_url');
  if (file === undefined && type === 'data-image-from-file') {
    return throwInvalidRequest('image_url', 'IMG.0001', '"image_url" is needed.');
  }
  if (file === undefined) return volumeOf(seen);
  if (/^[^:]+:./.test(file)) return `file,${file}`;
  return throwInvalidRequest(
    'image_url',
    'IMG.0001',
    '"image_url" must be a bucket, ":" and the name of a file.',
  );
}

function volumeOf(seen: ValidatedFields): string {
  const volume = textIn(seen, 'volume_id');
  return volume === undefined
    ? throwInvalidRequest('volume_id', 'IMG.0001', 'A source is needed.')
    : `volume,${volume}`;
}

function minDiskOf(type: JobType, seen: ValidatedFields): number {
  if (type !== 'image-from-file' && type !== 'data-image-from-file') return numberIn(seen, 'min_disk') ?? 0;
  return checkedSize('min_disk', seen['min_disk'], 1, diskSizes[type]);
}

function propertiesOf(type: JobType, seen: ValidatedFields, origin: string): Map<string, string> {
  const system = textIn(seen, 'os_version');
  if (type === 'image-from-volume' && system === undefined) {
    throwInvalidRequest('os_version', 'IMG.0001', '"os_version" is needed.');
  }
  const firmware = textIn(seen, 'hw_firmware_type');
  const maxRam = numberIn(seen, 'max_ram');
  const wanted: Record<string, string | undefined> = {
    __description: checkedDescription(textIn(seen, 'description') ?? ''),
    __os_version: system,
    __os_type: textIn(seen, 'os_type') ?? (system === undefined ? undefined : systemType(system)),
    __os_bit: /\b(32|64) ?bit/i.exec(system ?? '')?.[1],
    __platform: system?.split(' ')[0],
    __data_origin: origin,
    __image_source_type: 'uds',
    __whole_image: type.startsWith('whole-image-') ? 'true' : undefined,
    __backup_id: textIn(seen, 'backup_id'),
    __support_arm: textIn(seen, 'architecture') === 'arm' ? 'true' : undefined,
    __system__cmkid: textIn(seen, 'cmk_id'),
    __is_config_init: seen['is_config_init'] === true ? 'true' : undefined,
    enterprise_project_id: textIn(seen, 'enterprise_project_id'),
    hw_firmware_type: firmware === undefined ? undefined : checkedFirmware(firmware),
    max_ram: maxRam === undefined ? undefined : String(maxRam),
    virtual_env_type: environmentOf(type, seen),
  };
  const given = Object.entries(wanted).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new Map(given.map(([name, value]) => [name, checkedText(name, value)]));
}

function environmentOf(type: JobType, seen: ValidatedFields): string {
  if (type === 'data-images-from-volumes') return 'DataImage';
  const environment = environments.get(textIn(seen, 'type') ?? 'ECS');
  return environment ?? throwInvalidRequest('type', 'IMG.0024');
}

function systemType(system: string): string {
  return /^windows/i.test(system) ? 'Windows' : 'Linux';
}

/** By the file's ending; what else there is, IMS keeps in its own format. */
export function diskFormatFromFile(file: string): DiskFormat {
  const ending = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  return formats.find((format) => format === ending) ?? 'zvhd2';
}

function textIn(seen: ValidatedFields, name: string): string | undefined {
  const value = seen[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberIn(seen: ValidatedFields, name: string): number | undefined {
  const value = seen[name];
  return value === undefined || value === null ? undefined : checkedSize(name, value);
}
