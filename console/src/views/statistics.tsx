import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { errorText } from '../exchange';
import { DayChart, DayTable, ShareBar, UseBars } from '../parts/charts';
import { ViewHeading } from '../parts/heading';
import { Notice } from '../parts/notice';
import type { Session } from '../session';
import { growthOf, readStatistics, type Statistics } from '../statistics';

export function StatisticsView({ session }: { session: Session }): JSX.Element {
  const [statistics, setStatistics] = useState<Statistics>();
  const [key, setKey] = useState<string | null>(null);
  const [fault, setFault] = useState('');
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isWanted = true;
    readStatistics(session, key).then(
      (read) => {
        if (!isWanted) return;
        setStatistics(read);
        setFault('');
      },
      (error: unknown) => {
        if (isWanted) setFault(errorText(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [session, key, asked]);
  return (
    <>
      <ViewHeading title="Statistics">
        <button
          type="button"
          class="quiet"
          onClick={() => {
            setAsked(asked + 1);
          }}
        >
          Read again
        </button>
      </ViewHeading>
      <Notice kind="error" text={fault} />
      {statistics && <Charts statistics={statistics} onKey={setKey} />}
    </>
  );
}

function Charts({
  statistics,
  onKey,
}: {
  statistics: Statistics;
  onKey: (key: string) => void;
}): JSX.Element {
  const { images, untagged, tags, keys, values } = statistics;
  const days = growthOf(statistics);
  return (
    <div class="grid">
      <section class="card wide" aria-label="Totals">
        <dl class="totals">
          <Total name="Images" value={images} />
          <Total name="Tags" value={tags} />
          <Total name="Keys" value={keys.count} />
          <Total name="Untagged images" value={untagged} />
        </dl>
        <ShareBar tagged={images - untagged} untagged={untagged} />
      </section>
      <section class="card">
        <h2>Keys by use</h2>
        <Cut shown={keys.most.length} count={keys.count} what="keys" />
        <UseBars caption="Keys by use" what="Key" uses={keys.most} onChoose={onKey} chosen={values.key} />
      </section>
      <section class="card" aria-live="polite">
        <h2>
          Values{' '}
          {values.key !== null && (
            <>
              of <code>{values.key}</code>
            </>
          )}
        </h2>
        <Cut shown={values.most.length} count={values.count} what="values" />
        <UseBars caption={`Values of ${values.key ?? 'no key'}`} what="Value" uses={values.most} />
      </section>
      <section class="card wide">
        <h2>Growth</h2>
        <p class="hint">The images that are there, by the day (UTC) on which they were made.</p>
        <div class="pair-of-charts">
          <DayChart title="Images in all" days={days} measure="total" />
          <DayChart title="Images made a day" days={days} measure="created" />
        </div>
        <DayTable days={days} />
      </section>
    </div>
  );
}

function Total({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en')}</dd>
    </div>
  );
}

/** Says so when a list is not the whole. */
function Cut({ shown, count, what }: { shown: number; count: number; what: string }): JSX.Element | null {
  if (count === 0) return <p class="none">There are no {what}.</p>;
  if (shown === count) return null;
  return (
    <p class="hint">
      The {shown} that are used most, of {count.toLocaleString('en')} {what}.
    </p>
  );
}
