import type { Dialect } from '../dialect';
import { overloaded } from './errors/index';
import { operations } from './operations/index';
import { router } from './router';

/**
 * OpenStack Image v2 as Glance speaks it. It answers every path that no other surface of the gateway owns, as
 * Glance does: so it comes last.
 */
export const openstackImages: Dialect = {
  name: 'openstack-images',
  path: /^/,
  router,
  operations,
  overloaded,
};
