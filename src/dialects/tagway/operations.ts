import type { DialectDeps } from '../dialect';
import { feedOperations } from './feed-operations';
import { historyOperations } from './history-operations';
import { problemPageOperations } from './problem-page-operations';
import type { NativeOperation } from './operation';
import { settingsOperations } from './settings-operations';
import { tagOperations } from './tag-operations';
import { webhookOperations } from './webhook-operations';

export function operations(parts: DialectDeps): readonly NativeOperation[] {
  return [
    ...tagOperations(parts),
    ...historyOperations(parts),
    ...feedOperations(parts),
    ...webhookOperations(parts),
    ...settingsOperations(parts),
    ...problemPageOperations(),
  ];
}
