import { History } from 'lucide';
import type { JSX } from 'preact';
import { type HistoryFilter, projectHistory } from '../../data/history';
import { useResource } from '../../data/use-resource';
import type { Page, PageProps } from '../../frame/page';
import { changedQuery, href, navigate, type Place, replace } from '../../frame/router';
import { ChangeTable } from '../../ui/change-table';
import { PageHeading } from '../../ui/heading';
import { OlderPages } from '../../ui/older-pages';
import { EmptyState, Loading } from '../../ui/states';
import { HistoryFault } from '../../ui/history-fault';
import { HistoryFilters } from './history-filters';

export const historyPage: Page = {
  path: 'history',
  section: 'history',
  nav: { title: 'History', icon: History, key: 'h' },
  View: HistoryPage,
};

/** Changes of the tags of all images of the project. The address holds filters and page. */
function HistoryPage({ session, place }: PageProps): JSX.Element {
  const filter = filterOf(place);
  const after = place.query.get('after') ?? '';
  const page = useResource(place.query.toString(), (signal) =>
    projectHistory(session, filter, after, signal),
  );
  const { value, error } = page;
  const isFiltered = Object.values(filter).some((text) => text !== '');
  return (
    <>
      <PageHeading title="History" />
      <HistoryFilters
        filter={filter}
        onFilter={(changes) => {
          replace(changedQuery(place, { ...changes, after: null }));
        }}
      />
      {error && <HistoryFault error={error} onRetry={page.reload} />}
      {!error && !value && <Loading what="the history" />}
      {value?.items.length === 0 && <NoChanges isFiltered={isFiltered} />}
      {value && value.items.length > 0 && (
        <ChangeTable changes={value.items} caption="Changes of tags in this project" hasImages />
      )}
      <OlderPages
        label="Pages"
        from={after}
        next={value?.next ?? null}
        onPage={(from) => {
          navigate(changedQuery(place, { after: from }));
        }}
      />
    </>
  );
}

function filterOf({ query }: Place): HistoryFilter {
  const of = (name: string): string => query.get(name) ?? '';
  return {
    image: of('image'),
    key: of('key'),
    name: of('name'),
    user: of('user'),
    dialect: of('dialect'),
    since: of('since'),
    until: of('until'),
  };
}

function NoChanges({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  return (
    <EmptyState icon={History} title={isFiltered ? 'No changes match' : 'No changes yet'}>
      <p>
        {isFiltered
          ? 'No recorded change has all of these.'
          : 'Each change of an image’s tags will be listed here, whichever client makes it.'}
      </p>
      <a class="button primary" href={isFiltered ? href('history') : href('images')}>
        {isFiltered ? 'Clear the filters' : 'Show all images'}
      </a>
    </EmptyState>
  );
}
