import type { JSX } from 'preact';

interface OlderPagesProps {
  readonly label: string;
  /** Where the page begins; '' is the newest. */
  readonly from: string;
  /** Where the next one begins; null: this is the last one. */
  readonly next: string | null;
  readonly onPage: (from: string) => void;
}

/** Of a list that begins with the newest and is read page after page. */
export function OlderPages({ label, from, next, onPage }: OlderPagesProps): JSX.Element | null {
  if (from === '' && next === null) return null;
  return (
    <nav class="pagination" aria-label={label}>
      <button
        type="button"
        class="button"
        disabled={from === ''}
        onClick={() => {
          onPage('');
        }}
      >
        Newest
      </button>
      <button
        type="button"
        class="button"
        disabled={next === null}
        onClick={() => {
          onPage(next ?? '');
        }}
      >
        Older
      </button>
    </nav>
  );
}
