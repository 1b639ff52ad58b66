import type { Dialect } from '../dialect';
import { rejectOverloaded } from '../huawei-ims/errors';
import { operations } from './operations';
import { type HuaweiSettings, readHuaweiSettings } from '../huawei-ims/settings';
import { router } from './router';

/** Huawei IMS v2: an image's tags as keys and values, under the project that owns it. */
export const huaweiImages: Dialect<HuaweiSettings> = {
  name: 'huawei-images',
  serviceType: 'image',
  path: (reserved) => new RegExp(`^(?=/v2/(?!(?:${reserved.join('|')})/)[0-9A-Za-z_-]{1,64}/images(?:/|$))`),
  reserved: ['images', 'tags', 'resource_instances'],
  imageIn: ([, , , imageId]) => imageId,
  isOpaque: ([version, , images, , tags, ...more]) =>
    version === 'v2' && images === 'images' && tags === 'tags' && more.length === 0,
  readSettings: readHuaweiSettings,
  router,
  operations,
  overloaded: rejectOverloaded,
};
