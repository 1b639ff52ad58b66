import type { HistoryService } from '../../core/history-service';
import type { DialectDeps } from '../dialect';
import { ProblemError } from './errors';

/** @throws ProblemError history-off */
export function requireHistoryService({ history }: Pick<DialectDeps, 'history'>): HistoryService {
  if (history) return history;
  throw new ProblemError({ name: 'history-off' });
}
