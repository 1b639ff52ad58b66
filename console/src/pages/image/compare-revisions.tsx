import type { JSX } from 'preact';
import { tagsAt } from '../../data/history';
import type { Session } from '../../data/session';
import { useResource } from '../../data/use-resource';
import { changedQuery, type Place, replace } from '../../frame/router';
import { ChangedTags } from '../../ui/change-table';
import { ErrorState, Loading } from '../../ui/states';

interface CompareProps {
  readonly imageId: string;
  readonly session: Session;
  readonly place: Place;
  /** Names the present tags, so that a change of them is seen. */
  readonly present: string;
}

/** The difference of two moments; the address holds both revisions. Without the second one it is the present. */
export function CompareRevisions({ imageId, session, place, present }: CompareProps): JSX.Element | null {
  const from = place.query.get('from') ?? '';
  const to = place.query.get('to') ?? '';
  const both = useResource(JSON.stringify([from, to, present]), async (signal) => {
    if (from === '') return null;
    const [before, after] = await Promise.all(
      [from, to].map((revision) => tagsAt(session, imageId, revision, signal)),
    );
    return { before: before ?? [], after: after ?? [] };
  });
  if (from === '') return null;
  const { value, error } = both;
  const field = (label: string, name: 'from' | 'to', text: string): JSX.Element => (
    <label class="select">
      <span>{label}</span>
      <input
        type="number"
        min={0}
        value={text}
        placeholder="now"
        onChange={(event) => {
          replace(changedQuery(place, { [name]: event.currentTarget.value }));
        }}
      />
    </label>
  );
  return (
    <section class="card compare" aria-labelledby="compare-heading">
      <h3 id="compare-heading">Difference</h3>
      <div class="toolbar">
        {field('From revision', 'from', from)}
        {field('To revision', 'to', to)}
        <a class="button" href={changedQuery(place, { from: null, to: null })}>
          Close
        </a>
      </div>
      {error && <ErrorState error={error} onRetry={both.reload} />}
      {!error && !value && <Loading what="the difference" rows={1} />}
      {!error && value && <Difference {...value} />}
    </section>
  );
}

interface DifferenceProps {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function Difference({ before, after }: DifferenceProps): JSX.Element {
  const added = after.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !after.includes(name));
  if (added.length + removed.length === 0) return <p role="status">The tags are the same.</p>;
  return <ChangedTags added={added} removed={removed} />;
}
