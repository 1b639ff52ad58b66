import type { HistoryService } from '../../core/history-service';
import type { DialectParts } from '../dialect';
import { ProblemError } from './errors';

/** @throws ProblemError history-off */
export function requireHistory({ history }: Pick<DialectParts, 'history'>): HistoryService {
  if (history) return history;
  throw new ProblemError({ name: 'history-off' });
}
