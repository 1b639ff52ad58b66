import type { Dialect } from '../dialect';
import { overloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

/** OpenStack Identity v3, as far as clients of images need it. */
export const identityV3: Dialect = {
  name: 'identity-v3',
  path: /^(?=\/v3(?:\/|$))/,
  router,
  operations,
  overloaded,
};
