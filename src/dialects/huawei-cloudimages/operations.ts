import type { HuaweiSettings } from '../huawei-ims/settings';
import type { Operation } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { imageOperations } from './image-operations';
import { jobOperations } from './job-operations';
import { memberOperations } from './member-operations';
import { tagOperations } from './tag-operations';

export function operations(parts: DialectParts<HuaweiSettings>): readonly Operation[] {
  return [
    ...tagOperations(parts),
    ...imageOperations(parts),
    ...jobOperations(parts),
    ...memberOperations(parts),
  ];
}
