import type { Operation } from '../../../http/operations';
import type { DialectDeps } from '../../dialect';
import { metadefOperations } from '../metadefs/operations';
import type { ImageOperation } from '../operation';
import type { ImageSettings } from '../settings';
import { cacheOperations } from './cache';
import { dataOperations } from './data';
import { rootOperations } from './root-operations';
import { imageOperations } from './images';
import { importOperations } from './imports';
import { locationOperations } from './locations';
import { memberOperations } from './members';
import { schemaOperations } from './schemas';
import { storeOperations } from './stores';
import { tagOperations } from './tags';
import { taskOperations } from './tasks';

export function operations(parts: DialectDeps<ImageSettings>): readonly Operation[] {
  return [...Object.values(rootOperations(parts.settings.publicUrl, parts.own)), ...routedOperations(parts)];
}

/** Those that are found by path and method. The path of tags comes first: it is requested most. */
export function routedOperations(parts: DialectDeps<ImageSettings>): readonly ImageOperation[] {
  return [
    ...tagOperations(parts),
    ...imageOperations(parts),
    ...dataOperations(parts),
    ...memberOperations(parts),
    ...importOperations(parts),
    ...taskOperations(parts),
    ...storeOperations(parts),
    ...locationOperations(parts),
    ...cacheOperations(parts),
    ...schemaOperations(),
    ...metadefOperations(parts),
  ];
}
