import type { NewImageRequest } from '../../core/image-service';

/**
 * What a new image has when its request does not say so. Glance has nothing; Huawei IMS documents these for the same
 * request ("Creating Image Metadata"), and its clients rely on them: an upload needs both formats.
 */
export const imsDefaults = {
  diskFormat: 'zvhd2',
  containerFormat: 'bare',
  system: ['__os_version', 'Other Linux(64 bit)'],
} as const;

export function withImsDefaults(wanted: NewImageRequest): NewImageRequest {
  const { diskFormat, containerFormat, system } = imsDefaults;
  const properties = new Map([system, ...(wanted.properties ?? [])]);
  return { diskFormat, containerFormat, ...wanted, properties };
}
