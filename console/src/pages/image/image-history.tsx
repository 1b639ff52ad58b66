import { Undo2 } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { imageHistory, type TagChange, type Undo } from '../../data/history';
import type { ConsoleImage } from '../../data/images';
import type { Session } from '../../data/session';
import { useResource } from '../../data/use-resource';
import { changedQuery, type Place } from '../../frame/router';
import { ChangeTable } from '../../ui/change-table';
import { HistoryFault } from '../../ui/history-fault';
import { Icon } from '../../ui/icon';
import { OlderPages } from '../../ui/older-pages';
import { Loading } from '../../ui/states';
import { CompareRevisions } from './compare-revisions';
import { UndoDialog } from './undo-dialog';

interface ImageHistoryProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly place: Place;
  readonly onChange: () => void;
}

/** What became of the image's tags, newest first, and how to take it back. */
export function ImageHistory({ image, session, place, onChange }: ImageHistoryProps): JSX.Element {
  const [before, setBefore] = useState('');
  const [undo, setUndo] = useState<Undo>();
  // Read anew with every change of the image's tags.
  const tags = image.tags.map(({ name }) => name).join('\n');
  const page = useResource(`${before}\n${tags}`, (signal) =>
    imageHistory(session, image.imageId, before, signal),
  );
  const { value, error } = page;
  return (
    <section class="history" aria-labelledby="history-heading">
      <h2 id="history-heading">History</h2>
      <CompareRevisions imageId={image.imageId} session={session} place={place} present={tags} />
      {error && <HistoryFault error={error} onRetry={page.reload} />}
      {!error && !value && <Loading what="the history" rows={3} />}
      {value?.items.length === 0 && <p class="faint">No change of its tags is recorded.</p>}
      {value && value.items.length > 0 && (
        <ChangeTable
          changes={value.items}
          caption="Changes of the image's tags"
          actionsOf={(change) => <UndoButtons change={change} place={place} onUndo={setUndo} />}
        />
      )}
      <OlderPages label="Pages of the history" from={before} next={value?.next ?? null} onPage={setBefore} />
      {undo && (
        <UndoDialog
          image={image}
          session={session}
          undo={undo}
          onClose={() => {
            setUndo(undefined);
          }}
          onDone={onChange}
        />
      )}
    </section>
  );
}

interface UndoButtonsProps {
  readonly change: TagChange;
  readonly place: Place;
  readonly onUndo: (undo: Undo) => void;
}

function UndoButtons({ change, place, onUndo }: UndoButtonsProps): JSX.Element | null {
  const { revision, by } = change;
  if (by.dialect === 'unrecorded') return null;
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={`Undo revision ${String(revision)}`}
        onClick={() => {
          onUndo({ revision });
        }}
      >
        <Icon icon={Undo2} />
        Undo
      </button>
      <button
        type="button"
        class="button"
        aria-label={`Restore revision ${String(revision)}`}
        onClick={() => {
          onUndo({ to: revision });
        }}
      >
        Restore
      </button>
      <a
        class="button"
        aria-label={`Compare revision ${String(revision)} with now`}
        href={changedQuery(place, { from: revision, to: null })}
      >
        Compare
      </a>
    </>
  );
}
