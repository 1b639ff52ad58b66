import type { Dialect } from '../dialect';
import { type ImageSettings, readImageSettings } from './settings';

export { importWords } from './import-words';
import { rejectOverloaded } from './errors/index';
import { operations } from './operations/index';
import { router } from './router';

/** The API's roots, and the parts of paths under an image: `/v2/schemas/images` names no project. */
const reserved = [
  ...['images', 'schemas', 'tasks', 'metadefs', 'info', 'stores', 'cache'],
  ...['queued_images', 'cached_images', 'discovery'],
  ...['tags', 'members', 'file', 'stage', 'staging', 'import', 'actions', 'locations', 'nodes'],
];

/**
 * OpenStack Image v2 as Glance speaks it. It answers every path that no other surface of the gateway owns, as
 * Glance does: so it comes last.
 */
export const openstackImages: Dialect<ImageSettings> = {
  name: 'openstack-images',
  serviceType: 'image',
  path: /^/,
  reserved,
  requestIdHeader: 'x-openstack-request-id',
  imageIn: (segments) => segments[segments.indexOf('images') + 1 || segments.length],
  isOpaque: (before) => before.at(-1) === 'tags' && before.at(-3) === 'images',
  readSettings: readImageSettings,
  router,
  operations,
  overloaded: rejectOverloaded,
};
