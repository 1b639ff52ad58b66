import type { HuaweiSettings } from '../huawei-ims/settings';
import type { Operation } from '../../http/operations';
import type { DialectDeps } from '../dialect';
import { imageOperations } from './image-operations';
import { jobOperations } from './job-operations';
import { imageJobOperations } from './image-job-operations';
import { memberOperations } from './member-operations';
import { osVersionOperations } from './os-version-operations';
import { registrationOperations } from './registration-operations';
import { tagOperations } from './tag-operations';

export function operations(parts: DialectDeps<HuaweiSettings>): readonly Operation[] {
  return [
    ...tagOperations(parts),
    ...imageOperations(parts),
    ...osVersionOperations(),
    ...registrationOperations(parts),
    ...imageJobOperations(parts),
    ...jobOperations(parts),
    ...memberOperations(parts),
  ];
}
