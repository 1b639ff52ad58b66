import type { DialectParts } from '../dialect';
import { feedOperations } from './feed-operations';
import { historyOperations } from './history-operations';
import { openOperations } from './open-operations';
import type { NativeOperation } from './operation';
import { settingsOperations } from './settings-operations';
import { tagOperations } from './tag-operations';
import { webhookOperations } from './webhook-operations';

export function operations(parts: DialectParts): readonly NativeOperation[] {
  return [
    ...tagOperations(parts),
    ...historyOperations(parts),
    ...feedOperations(parts),
    ...webhookOperations(parts),
    ...settingsOperations(parts),
    ...openOperations(),
  ];
}
