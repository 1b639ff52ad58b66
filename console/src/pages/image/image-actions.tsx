import { Trash2, Upload } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ConsoleImage, deleteImage } from '../../data/images';
import type { Session } from '../../data/session';
import { navigate } from '../../frame/router';
import { toast } from '../../frame/toasts';
import { ConfirmDialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { useAction } from '../../ui/use-action';
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
  const name = image.name || image.imageId;
  const deletion = useAction(async () => {
    await deleteImage(session, image.imageId);
    toast(`Deleted ${name}`);
    navigate('#/images');
  });
  return (
    <ConfirmDialog
      title={`Delete ${name}?`}
      action="Delete image"
      isBusy={deletion.isBusy}
      fault={deletion.fault}
      onConfirm={deletion.run}
      onClose={onClose}
    >
      <p>
        The image, its data and its {image.tags.length} tags are deleted. This cannot be undone.
        {image.isProtected && ' The image is protected: the gateway will refuse until that is lifted.'}
      </p>
    </ConfirmDialog>
  );
}
