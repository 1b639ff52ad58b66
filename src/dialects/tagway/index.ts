import type { Dialect } from '../dialect';
import { rejectOverloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

export { eventBody } from './feed-events';

/** What no other dialect can express: revisions, history, undo, the feed, webhooks. */
export const tagway: Dialect = {
  name: 'tagway',
  serviceType: 'tagway',
  path: /^(?=\/(?:tags\/v1|problems)(?:\/|$))/,
  imageIn: ([, , , , images, imageId]) => (images === 'images' ? imageId : undefined),
  router,
  operations,
  overloaded: rejectOverloaded,
};
