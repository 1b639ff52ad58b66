import { Trash2, Upload } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import { type ConsoleImage, deleteImage } from '../../data/images';
import type { Session } from '../../data/session';
import { navigate } from '../../frame/router';
import { toast } from '../../frame/toasts';
import { ConfirmDialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { UploadDialog } from './upload-dialog';

interface ImageActionsProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly onChange: () => void;
}

export function ImageActions({ image, session, onChange }: ImageActionsProps): JSX.Element {
  const [open, setOpen] = useState<'upload' | 'delete' | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  return (
    <>
      {image.status === 'queued' && (
        <button
          type="button"
          class="button"
          onClick={() => {
            setOpen('upload');
          }}
        >
          <Icon icon={Upload} />
          Upload data
        </button>
      )}
      <button
        type="button"
        class="button"
        onClick={() => {
          setOpen('delete');
        }}
      >
        <Icon icon={Trash2} />
        Delete
      </button>
      {open === 'upload' && (
        <UploadDialog image={image} session={session} onClose={close} onDone={onChange} />
      )}
      {open === 'delete' && <DeleteDialog image={image} session={session} onClose={close} />}
    </>
  );
}

interface DeleteDialogProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly onClose: () => void;
}

function DeleteDialog({ image, session, onClose }: DeleteDialogProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const name = image.name || image.imageId;
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await deleteImage(session, image.imageId);
      toast(`Deleted ${name}`);
      navigate('#/images');
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      action="Delete image"
      isBusy={isBusy}
      fault={fault}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        The image, its data and its {image.tags.length} tags are deleted. This cannot be undone.
        {image.isProtected && ' The image is protected: the gateway will refuse until that is lifted.'}
      </p>
    </ConfirmDialog>
  );
}
