import type { Dialect } from '../dialect';
import { rejectOverloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

/** OpenStack Identity v3, as far as clients of images need it. */
export const identityV3: Dialect = {
  name: 'identity-v3',
  serviceType: 'identity',
  // A client whose URL of the identity service lacks `/v3` requests a token of the second version (divergence D27).
  path: /^(?=\/v3(?:\/|$)|\/v2(?:\.0)?\/tokens$)/,
  router,
  operations,
  overloaded: rejectOverloaded,
};
