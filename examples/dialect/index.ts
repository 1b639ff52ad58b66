import type { Dialect } from '../../src/dialects/dialect';
import { overloaded } from './errors';
import { operations } from './operations';
import { router } from './router';
import { type PlainTagsSettings, readSettings } from './settings';

/** A fourth dialect, as an example: an image's tags as lines of text, for shell scripts. */
export const plainTags: Dialect<PlainTagsSettings> = {
  name: 'plain-tags',
  serviceType: 'image',
  path: /^(?=\/labels\/)/,
  imageIn: (segments) => segments[segments.lastIndexOf('of') + 1],
  // The tag stands before the image here.
  isOpaque: ([root, ...more]) => root === 'labels' && more.length === 0,
  readSettings,
  router,
  operations,
  overloaded,
};
