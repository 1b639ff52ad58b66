import { reservedProjectWords } from '../../core/project-id';
import type { Dialect } from '../dialect';
import { overloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

const notReserved = `(?!(?:${reservedProjectWords.join('|')})/)`;

/** Huawei IMS v2: an image's tags as keys and values, under the project that owns it. */
export const huaweiImages: Dialect = {
  name: 'huawei-images',
  path: new RegExp(`^(?=/v2/${notReserved}[0-9A-Za-z_-]{1,64}/images(?:/|$))`),
  router,
  operations,
  overloaded,
};
