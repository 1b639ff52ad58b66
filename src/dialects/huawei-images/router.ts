import type { Router } from 'express';
import type { DialectDeps } from '../dialect';
import { imsRouter } from '../huawei-ims/router';
import type { HuaweiSettings } from '../huawei-ims/settings';
import { operations } from './operations';

/** bytes; the longest search that keeps all the rules has some 1.3 million when every character is escaped */
const bodyLimit = 2 * 1024 * 1024;

export function router(parts: DialectDeps<HuaweiSettings>): Router {
  return imsRouter(parts, operations(parts), bodyLimit);
}
