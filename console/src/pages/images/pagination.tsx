import { ChevronLeft, ChevronRight } from 'lucide';
import type { JSX } from 'preact';
import type { ImageQuery } from '../../data/images';
import { useShortcut } from '../../frame/shortcuts';
import { Icon } from '../../ui/icon';

interface PaginationProps {
  readonly total: number;
  readonly query: ImageQuery;
  readonly onChange: (changes: Partial<ImageQuery>) => void;
}

export function Pagination({ total, query, onChange }: PaginationProps): JSX.Element | null {
  const { page, size } = query;
  const last = Math.ceil(total / size);
  const turn = (to: number): void => {
    if (to < 1 || to > last) return;
    onChange({ page: to });
    scrollTo(0, 0);
  };
  const back = (): void => {
    turn(Math.min(page - 1, last));
  };
  const on = (): void => {
    turn(page + 1);
  };
  useShortcut('[', 'Previous page', back);
  useShortcut(']', 'Next page', on);
  if (last < 2 && page === 1) return null;
  return (
    <nav class="pagination" aria-label="Pages">
      <button type="button" class="button" disabled={page <= 1} onClick={back}>
        <Icon icon={ChevronLeft} />
        Previous
      </button>
      <span>
        Page {page} of {last}
      </span>
      <button type="button" class="button" disabled={page >= last} onClick={on}>
        Next
        <Icon icon={ChevronRight} />
      </button>
    </nav>
  );
}
