import type { Operation } from '../../http/operations';
import type { DialectParts } from '../dialect';
import { feedOperations } from './feed-operations';
import { historyOperations } from './history-operations';
import { openOperations } from './open-operations';
import { settingsOperations } from './settings-operations';
import { tagOperations } from './tag-operations';

/** One operation of this surface. */
export interface NativeOperation extends Operation {
  /** Anyone may ask: no credentials, no project. */
  readonly open?: true;
}

export function operations(parts: DialectParts): readonly NativeOperation[] {
  return [
    ...tagOperations(parts),
    ...historyOperations(parts),
    ...feedOperations(parts),
    ...settingsOperations(parts),
    ...openOperations(),
  ];
}
