import { reservedProjectWords } from '../../core/project-id';
import type { Dialect } from '../dialect';
import { overloaded } from './errors';
import { operations } from './operations';
import { router } from './router';

/** Ill-formed project ids too: they are answered here. Glance's own old paths (`/v1/images/…`) are not. */
const inProject = `/v1/(?!(?:${reservedProjectWords.join('|')})/)[^/]+/`;

/** Huawei IMS v1 with its neighbours in v2: tags in batches and as texts, images, jobs, members. */
export const huaweiCloudimages: Dialect = {
  name: 'huawei-cloudimages',
  path: new RegExp(`^(?=/v[12]/cloudimages(?:/|$)|${inProject})`),
  router,
  operations,
  overloaded,
};
