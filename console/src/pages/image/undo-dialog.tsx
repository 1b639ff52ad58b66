import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText, ServerRefusal } from '../../data/exchange';
import { changesSincePreview, previewUndo, type TagChange, type Undo, undoChange } from '../../data/history';
import type { ConsoleImage } from '../../data/images';
import type { Session } from '../../data/session';
import { useResource } from '../../data/use-resource';
import { toast } from '../../frame/toasts';
import { ChangedTags, ChangeTable } from '../../ui/change-table';
import { Dialog, DialogFoot } from '../../ui/dialog';
import { FaultNotice } from '../../ui/notice';

interface UndoDialogProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly undo: Undo;
  readonly onClose: () => void;
  /** The tags are other ones now. */
  readonly onDone: () => void;
}

/** Shows what an undo would come to; done is only what was shown. */
export function UndoDialog({ image, session, undo, onClose, onDone }: UndoDialogProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const [between, setBetween] = useState<readonly TagChange[]>([]);
  const preview = useResource(JSON.stringify(undo), (signal) =>
    previewUndo(session, image.imageId, undo, signal),
  );
  const confirm = async (): Promise<void> => {
    if (!preview.value) return;
    setBusy(true);
    try {
      await undoChange(session, image.imageId, undo, preview.value);
      toast('The tags are changed back');
      onDone();
      onClose();
    } catch (error) {
      const hasChanged = error instanceof ServerRefusal && error.status === 412;
      setBetween(hasChanged ? changesSincePreview(error) : []);
      setFault(
        hasChanged ? 'The tags have changed since. This is what it would come to now.' : errorText(error),
      );
      setBusy(false);
      onDone();
      preview.reload();
    }
  };
  const problem = fault || (preview.error?.message ?? '');
  return (
    <Dialog
      title={
        'to' in undo ? `Restore revision ${String(undo.to)}?` : `Undo revision ${String(undo.revision)}?`
      }
      onClose={onClose}
    >
      {preview.value ? (
        <Preview image={image} tags={preview.value.tags} />
      ) : (
        !problem && <p role="status">Loading …</p>
      )}
      <FaultNotice fault={problem} />
      {between.length > 0 && <ChangeTable changes={between} caption="What has changed since" />}
      <DialogFoot
        action="Change the tags back"
        isDisabled={isBusy || !preview.value || preview.isLoading}
        onAction={() => void confirm()}
        onClose={onClose}
      />
    </Dialog>
  );
}

function Preview({ image, tags }: { image: ConsoleImage; tags: readonly string[] }): JSX.Element {
  const present = image.tags.map(({ name }) => name);
  const added = tags.filter((name) => !present.includes(name));
  const removed = present.filter((name) => !tags.includes(name));
  if (added.length + removed.length === 0) return <p>The tags are so already: nothing would change.</p>;
  return (
    <>
      <p>Of the tags as they are now, this would change:</p>
      <ChangedTags added={added} removed={removed} />
    </>
  );
}
