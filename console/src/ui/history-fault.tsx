import type { JSX } from 'preact';
import { isHistoryOff } from '../data/history';
import { ErrorState } from './states';

/** Where no history is kept, that is no fault. */
export function HistoryFault({ error, onRetry }: { error: Error; onRetry: () => void }): JSX.Element {
  if (!isHistoryOff(error)) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <p class="faint">
      No history is kept here: the setting <code>TAGWAY_HISTORY_DAYS</code> is <code>off</code>.
    </p>
  );
}
