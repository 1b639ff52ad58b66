import type { Router } from 'express';
import type { DialectDeps } from '../dialect';
import { imsRouter } from '../huawei-ims/router';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { operations } from './operations';

/** bytes; the longest batch that keeps all the rules has some half a million when every character is escaped */
const bodyLimit = 1024 * 1024;

export function router(parts: DialectDeps<HuaweiSettings>): Router {
  return imsRouter(parts, operations(parts), bodyLimit);
}
