import type { Dialect } from '../../src/dialects/dialect';
import { overloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

/** A fourth dialect, as an example: an image's tags as lines of text, for shell scripts. */
export const plainTags: Dialect = {
  name: 'plain-tags',
  path: /^(?=\/labels\/)/,
  imageIn: ([, imageId]) => imageId,
  isOpaque: ([root, , ...more]) => root === 'labels' && more.length === 0,
  router,
  operations,
  overloaded,
};
