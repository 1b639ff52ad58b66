import { CircleAlert, type IconNode } from 'lucide';
import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon';

interface EmptyProps {
  readonly icon: IconNode;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Where a list would be: why there is nothing, and what to do next. */
export function EmptyState({ icon, title, children }: EmptyProps): JSX.Element {
  return (
    <section class="card state">
      <span class="state-icon">
        <Icon icon={icon} size={24} />
      </span>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function ErrorState({ error, onRetry }: { error: Error; onRetry: () => void }): JSX.Element {
  return (
    <section class="card state error-state">
      <span class="state-icon">
        <Icon icon={CircleAlert} size={24} />
      </span>
      <p role="alert">{error.message}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </section>
  );
}

/** Grey bars in the shape of what is being loaded. */
export function Loading({ what, rows = 6 }: { what: string; rows?: number }): JSX.Element {
  return (
    <div class="card loading" role="status">
      <span class="unseen">Loading {what} …</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton" aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
