import type { Dialect } from '../dialect';
import { rejectOverloaded } from '../huawei-ims/errors';
import { operations } from './operations';
import { type HuaweiSettings, readHuaweiSettings } from '../huawei-ims/settings';
import { router } from './router';

/** Huawei IMS v1 with its neighbours in v2: tags in batches and as texts, images, jobs, members. */
export const huaweiCloudimages: Dialect<HuaweiSettings> = {
  name: 'huawei-cloudimages',
  serviceType: 'image',
  // Ill-formed project ids too: they are answered here. Glance's own old paths (`/v1/images/…`) are not. The vendor
  // has `/v2.1/cloudimages`; of no version of it is anything Glance's.
  path: (reserved) =>
    new RegExp(`^(?=/v[12](?:\\.\\d+)?/cloudimages(?:/|$)|/v1/(?!(?:${reserved.join('|')})/)[^/]+/)`),
  reserved: ['cloudimages', 'jobs', 'tags', 'members'],
  imageIn: (segments) => segments[segments.indexOf('cloudimages') + 1 || segments.length],
  isOpaque: (before) => before.at(-1) === 'tags' && before.at(-3) === 'cloudimages',
  readSettings: readHuaweiSettings,
  router,
  operations,
  overloaded: rejectOverloaded,
};
