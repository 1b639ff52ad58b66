import type { JSX } from 'preact';

const kinds: Readonly<Record<string, string>> = {
  active: 'good',
  saving: 'other',
  queued: 'idle',
  deactivated: 'bad',
};

export function StatusBadge({ status }: { status: string }): JSX.Element {
  return (
    <span class={`badge ${kinds[status] ?? 'idle'}`}>
      <span class="dot" aria-hidden="true" />
      {status}
    </span>
  );
}
