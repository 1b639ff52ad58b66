import { Pause, Play, Radio } from 'lucide';
import type { JSX } from 'preact';
import type { Page, PageProps } from '../../frame/page';
import { changedQuery, replace } from '../../frame/router';
import { ChangeTable } from '../../ui/change-table';
import { count } from '../../ui/format';
import { PageHeading } from '../../ui/heading';
import { Icon } from '../../ui/icon';
import { EmptyState } from '../../ui/states';
import { HistoryFault } from '../../ui/history-fault';
import { type Feed, mostShown, type Phase, useFeed } from './use-feed';

export const livePage: Page = {
  path: 'live',
  section: 'live',
  nav: { title: 'Live', icon: Radio, key: 'l' },
  View: LivePage,
};

/** The project's changes as they happen. The address holds the selector. */
function LivePage({ session, place }: PageProps): JSX.Element {
  const selector = place.query.get('selector') ?? '';
  const feed = useFeed(session, selector);
  return (
    <>
      <PageHeading title="Live">
        <PauseButton {...feed} />
      </PageHeading>
      <div class="toolbar">
        <label class="select grow">
          <span>Selector</span>
          <input
            type="search"
            placeholder="env in (dev, test), !rc"
            value={selector}
            onChange={(event) => {
              replace(changedQuery(place, { selector: event.currentTarget.value.trim() }));
            }}
          />
        </label>
        <PhaseText {...feed} />
      </div>
      <Fault {...feed} />
      {feed.changes.length > 0 && (
        <ChangeTable changes={feed.changes} caption="Changes as they happen, newest first" hasImages />
      )}
      {feed.changes.length === 0 && feed.error === null && <Waiting selector={selector} />}
    </>
  );
}

function PauseButton({ phase, pause, resume }: Feed): JSX.Element | null {
  if (phase === 'expired' || phase === 'refused') return null;
  const isPaused = phase === 'paused';
  return (
    <button type="button" class="button" onClick={isPaused ? resume : pause}>
      <Icon icon={isPaused ? Play : Pause} />
      {isPaused ? 'Resume' : 'Pause'}
    </button>
  );
}

const phases: Readonly<Record<Phase, readonly [kind: string, text: string]>> = {
  connecting: ['idle', 'Connecting …'],
  live: ['good', 'Live'],
  paused: ['idle', 'Paused'],
  reconnecting: ['bad', 'Connection lost, trying again'],
  expired: ['bad', 'Ended'],
  refused: ['bad', 'Refused'],
};

function PhaseText({ phase, changes }: Feed): JSX.Element {
  const [kind, text] = phases[phase];
  const shown = changes.length === mostShown ? `the latest ${String(mostShown)} changes` : '';
  return (
    <p role="status" class="phase">
      <span class={`badge ${kind}`}>
        <span class="dot" aria-hidden="true" />
        {text}
      </span>{' '}
      {changes.length > 0 && <span class="faint">{shown || count(changes.length, 'change')}</span>}
    </p>
  );
}

function Fault({ phase, error, restart }: Feed): JSX.Element | null {
  if (!error) return null;
  if (phase !== 'expired') return <HistoryFault error={error} onRetry={restart} />;
  return (
    <section class="card state error-state">
      <p role="alert">
        The feed cannot go on from here: it began anew, or changes after this place have been removed. What
        happened in between is in the history, as far as it is kept.
      </p>
      <button type="button" class="button primary" onClick={restart}>
        Follow from now
      </button>
    </section>
  );
}

function Waiting({ selector }: { selector: string }): JSX.Element {
  return (
    <EmptyState icon={Radio} title="Nothing has changed yet">
      <p>
        {selector === ''
          ? 'Changes of tags in this project appear here the moment they happen.'
          : 'Changes of images whose tags match the selector appear here the moment they happen.'}
      </p>
    </EmptyState>
  );
}
