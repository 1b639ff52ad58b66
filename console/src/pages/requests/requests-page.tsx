import { Activity, Lock } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type EntryFilter, matches } from '../../data/journal';
import type { Session } from '../../data/session';
import type { Page, PageProps } from '../../frame/page';
import { changedQuery, type Place, replace } from '../../frame/router';
import { PageHeading } from '../../ui/heading';
import { FaultNotice } from '../../ui/notice';
import { EmptyState, Loading } from '../../ui/states';
import { AdminActions } from './admin-actions';
import { EntryFilters } from './entry-filters';
import { EntryTable } from './entry-table';
import { useJournal } from './use-journal';

export const requestsPage: Page = {
  path: 'requests',
  section: 'requests',
  nav: { title: 'Requests', icon: Activity, key: 'r' },
  View: RequestsPage,
};

const shown = 200;

function RequestsPage({ session, place }: PageProps): JSX.Element {
  const [isRunning, setRunning] = useState(true);
  if (!session.about.admin || !session.isAdmin) {
    return (
      <>
        <PageHeading title="Requests" />
        <NotAllowed session={session} />
      </>
    );
  }
  return (
    <>
      <PageHeading title="Requests">
        <AdminActions session={session} isRunning={isRunning} onRunning={setRunning} />
      </PageHeading>
      <LiveRequests session={session} place={place} isRunning={isRunning} />
    </>
  );
}

/** Why there is nothing to see, and what to do about it. */
function NotAllowed({ session }: { session: Session }): JSX.Element {
  if (!session.about.admin) {
    return (
      <EmptyState icon={Activity} title="This gateway does not record requests">
        <p>
          Start it with <code>TAGWAY_ADMIN=on</code>, or as <code>tagway --ephemeral</code>, to see each
          request with its answer here.
        </p>
        <a class="button" href="/docs/testing-with-tagway">
          Read about testing
        </a>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Lock} title="Requests are for admins">
      <p>
        They are those of all projects. Sign in as a user with the role <code>admin</code>.
      </p>
    </EmptyState>
  );
}

function readFilter({ query }: Place): EntryFilter {
  return {
    surface: query.get('dialect') ?? '',
    status: query.get('status') ?? '',
    text: query.get('q') ?? '',
    own: query.get('own') === 'shown',
  };
}

interface LiveRequestsProps {
  readonly session: Session;
  readonly place: Place;
  readonly isRunning: boolean;
}

function LiveRequests({ session, place, isRunning }: LiveRequestsProps): JSX.Element {
  const filter = readFilter(place);
  const { entries, fault, isRead } = useJournal(session, isRunning);
  const found = entries.filter((entry) => matches(entry, filter)).reverse();
  const isFiltered = filter.surface !== '' || filter.status !== '' || filter.text !== '';
  return (
    <>
      <EntryFilters
        filter={filter}
        onFilter={({ surface, status, text, own }) => {
          replace(changedQuery(place, { dialect: surface, status, q: text, own: own ? 'shown' : null }));
        }}
      />
      <FaultNotice fault={fault} />
      {!isRead && <Loading what="requests" />}
      {isRead && (
        <p class="count" role="status">
          {countText(found.length, isRunning)}
        </p>
      )}
      {isRead && found.length === 0 && (
        <EmptyState icon={Activity} title={isFiltered ? 'No requests match' : 'No requests yet'}>
          <p>
            {isFiltered ? 'Change or remove a filter.' : 'Send one, and it appears here within a second.'}
          </p>
        </EmptyState>
      )}
      {found.length > 0 && <EntryTable entries={found.slice(0, shown)} session={session} />}
    </>
  );
}

function countText(found: number, isRunning: boolean): string {
  const some = found > shown ? `the latest ${String(shown)} of ${String(found)}` : String(found);
  return `Showing ${some}, newest first${isRunning ? '' : ' (paused)'}`;
}
