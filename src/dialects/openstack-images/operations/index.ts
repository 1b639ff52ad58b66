import type { Operation } from '../../../http/operations';
import type { DialectParts } from '../../dialect';
import { metadefOperations } from '../metadefs/operations';
import type { ImageOperation } from '../operation';
import type { OpenstackSettings } from '../release';
import { dataOperations } from './data';
import { frontOperations } from './front';
import { imageOperations } from './images';
import { memberOperations } from './members';
import { serviceOperations } from './service';
import { tagOperations } from './tags';

export function operations(parts: DialectParts<OpenstackSettings>): readonly Operation[] {
  return [
    ...Object.values(frontOperations(parts.settings.publicUrl, parts.own.release)),
    ...routedOperations(parts),
  ];
}

/** Those that are found by path and method. The path of tags comes first: it is requested most. */
export function routedOperations(parts: DialectParts<OpenstackSettings>): readonly ImageOperation[] {
  return [
    ...tagOperations(parts),
    ...imageOperations(parts),
    ...dataOperations(parts),
    ...memberOperations(parts),
    ...serviceOperations(),
    ...metadefOperations(parts),
  ];
}
