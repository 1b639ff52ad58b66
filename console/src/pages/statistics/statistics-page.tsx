import { ChartColumn, RefreshCw } from 'lucide';
import type { JSX } from 'preact';
import { formatTagTerm } from '../../../../src/console/expression';
import { growthOf, readStatistics, type Statistics } from '../../data/statistics';
import { useResource } from '../../data/use-resource';
import type { Page, PageProps } from '../../frame/page';
import { changedQuery, href, navigate } from '../../frame/router';
import { useShortcut } from '../../frame/shortcuts';
import { DayChart, DayTable, ShareBar } from '../../ui/charts';
import { PageHeading } from '../../ui/heading';
import { Icon } from '../../ui/icon';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { UseBars } from '../../ui/use-bars';

export const statisticsPage: Page = {
  path: 'statistics',
  section: 'statistics',
  nav: { title: 'Statistics', icon: ChartColumn, key: 's' },
  View: StatisticsPage,
};

function StatisticsPage({ session, place }: PageProps): JSX.Element {
  const key = place.query.get('key');
  const { value, error, isLoading, reload } = useResource(key ?? '', () => readStatistics(session, key));
  useShortcut('r', 'Reload', reload);
  return (
    <>
      <PageHeading title="Statistics">
        <button type="button" class="button" onClick={reload}>
          <Icon icon={RefreshCw} />
          Reload
        </button>
      </PageHeading>
      {error && <ErrorState error={error} onRetry={reload} />}
      {!error && !value && <Loading what="statistics" />}
      {!error && value?.images === 0 && (
        <EmptyState icon={ChartColumn} title="Nothing to count yet">
          <p>Statistics appear with the first image of this project.</p>
          <a class="button primary" href={href('images')}>
            Go to images
          </a>
        </EmptyState>
      )}
      {!error && value && value.images > 0 && (
        <div class={isLoading ? 'stale' : undefined} aria-busy={isLoading}>
          <Charts
            statistics={value}
            onKey={(chosen) => {
              navigate(changedQuery(place, { key: chosen }));
            }}
          />
        </div>
      )}
    </>
  );
}

interface ChartsProps {
  readonly statistics: Statistics;
  readonly onKey: (key: string) => void;
}

function Charts({ statistics, onKey }: ChartsProps): JSX.Element {
  const { keys, values } = statistics;
  const days = growthOf(statistics);
  const { key } = values;
  return (
    <div class="grid">
      <Totals statistics={statistics} />
      <section class="card">
        <h2>Keys</h2>
        <Cut shown={keys.most.length} count={keys.count} what="keys" />
        <UseBars
          caption="Keys by use"
          what="Key"
          uses={keys.most}
          hrefOf={(text) => href('images', { q: formatTagTerm(text, null) })}
          more={{ label: (text) => `Values of ${text}`, isChosen: (text) => text === key, onChoose: onKey }}
        />
      </section>
      <section class="card" aria-live="polite">
        <h2>
          Values
          {key !== null && (
            <>
              {' '}
              of <code>{key}</code>
            </>
          )}
        </h2>
        <Cut shown={values.most.length} count={values.count} what="values" />
        <UseBars
          caption={`Values of ${key ?? 'no key'}`}
          what="Value"
          uses={values.most}
          hrefOf={(text) => href('images', { q: formatTagTerm(key ?? '', text) })}
        />
      </section>
      <section class="card wide">
        <h2>Growth</h2>
        <p class="hint">Images that exist today, by the day (UTC) on which they were created.</p>
        <div class="pair-of-charts">
          <DayChart title="Images in total" days={days} measure="total" />
          <DayChart title="Images created per day" days={days} measure="created" />
        </div>
        <DayTable days={days} />
      </section>
    </div>
  );
}

function Totals({ statistics: { images, untagged, tags, keys } }: { statistics: Statistics }): JSX.Element {
  return (
    <section class="card wide" aria-label="Totals">
      <dl class="totals">
        <Total name="Images" value={images} address={href('images')} />
        <Total name="Tags" value={tags} />
        <Total name="Keys" value={keys.count} />
        <Total name="Untagged images" value={untagged} address={href('images', { q: 'untagged' })} />
      </dl>
      <ShareBar tagged={images - untagged} untagged={untagged} />
    </section>
  );
}

interface TotalProps {
  readonly name: string;
  readonly value: number;
  readonly address?: string;
}

function Total({ name, value, address }: TotalProps): JSX.Element {
  const text = value.toLocaleString('en');
  return (
    <div>
      <dt>{name}</dt>
      <dd>{address === undefined ? text : <a href={address}>{text}</a>}</dd>
    </div>
  );
}

/** Says so when a list is not the whole. */
function Cut({ shown, count, what }: { shown: number; count: number; what: string }): JSX.Element | null {
  if (count === 0) return <p class="faint">No {what} yet.</p>;
  if (shown === count) return null;
  return (
    <p class="hint">
      The {shown} most used of {count.toLocaleString('en')} {what}.
    </p>
  );
}
