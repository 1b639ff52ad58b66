import { SearchX } from 'lucide';
import type { JSX } from 'preact';
import { parseSearchExpression, formatTagTerm } from '../../../../src/console/expression';
import { searchCall } from '../../data/calls';
import type { ImagePage, ImageQuery } from '../../data/images';
import type { Session } from '../../data/session';
import { readSuggestions } from '../../data/suggestions';
import { type Resource, useResource } from '../../data/use-resource';
import { count } from '../../ui/format';
import { Snippet } from '../../ui/snippet-panel';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { FirstImage } from './first-image';
import { imagesHref, isFiltered } from './image-query';
import { ImageTable } from './image-table';
import { Pagination } from './pagination';

interface ResultsProps {
  readonly found: Resource<ImagePage>;
  readonly query: ImageQuery;
  readonly session: Session;
  readonly onChange: (changes: Partial<ImageQuery>) => void;
  readonly onCreate: () => void;
}

export function Results({ found, query, session, onChange, onCreate }: ResultsProps): JSX.Element {
  const { value: page, error, isLoading, reload } = found;
  if (error) return <ErrorState error={error} onRetry={reload} />;
  if (!page) return <Loading what="images" />;
  return (
    <div class={isLoading ? 'results stale' : 'results'} aria-busy={isLoading}>
      <p role="status" class="count">
        {countText(page, query)}
      </p>
      {page.total === 0 && !isFiltered(query) && <FirstImage onCreate={onCreate} />}
      {page.total === 0 && isFiltered(query) && <NoMatch query={query} session={session} />}
      {page.images.length > 0 && (
        <ImageTable images={page.images} query={query} session={session} onChange={onChange} />
      )}
      {page.total > 0 && <Pagination total={page.total} query={query} onChange={onChange} />}
      {page.total > 0 && <AsCommand query={query} session={session} />}
    </div>
  );
}

function countText({ total, images }: ImagePage, { size, page }: ImageQuery): string {
  if (total === 0) return '';
  const first = (page - 1) * size + 1;
  if (images.length === 0) return `${count(total, 'image')}, none on this page`;
  const range = total > images.length ? `${String(first)}–${String(first + images.length - 1)} of ` : '';
  return `${range}${count(total, 'image')}`;
}

/** A plain word finds names only: where it is a key as well, one press looks for that. */
function NoMatch({ query, session }: { query: ImageQuery; session: Session }): JSX.Element {
  const parsed = parseSearchExpression(query.q);
  const word = 'filter' in parsed ? (parsed.filter.names[0] ?? '') : '';
  const keys = useResource(word, async (signal) =>
    word === '' ? [] : await readSuggestions(session, null, word, signal),
  );
  return (
    <EmptyState icon={SearchX} title="No images match">
      <p>Check the spelling, or remove a filter.</p>
      {(keys.value ?? []).slice(0, 3).map(([key, uses]) => (
        <a key={key} class="button" href={imagesHref({ q: formatTagTerm(key, null) })}>
          Show {count(uses, 'image')} tagged {key}
        </a>
      ))}
      <a class="button primary" href={imagesHref({})}>
        Show all images
      </a>
    </EmptyState>
  );
}

function AsCommand({ query, session }: { query: ImageQuery; session: Session }): JSX.Element | null {
  const parsed = parseSearchExpression(query.q);
  if ('fault' in parsed) return null;
  const call = searchCall(session.projectId, parsed.filter, query.size);
  return (
    <details class="card exchange">
      <summary>This search as a command</summary>
      <Snippet call={call} projectId={session.projectId} />
    </details>
  );
}
