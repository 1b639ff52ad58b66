import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import { type ConsoleImage, setFormats } from '../../data/images';
import type { Session } from '../../data/session';
import { uploadFile } from '../../data/upload';
import { toast } from '../../frame/toasts';
import { DataFields } from '../../ui/data-fields';
import { Dialog, DialogFoot } from '../../ui/dialog';
import { FaultNotice } from '../../ui/notice';
import { UploadProgress } from '../../ui/upload-progress';

interface UploadDialogProps {
  readonly image: ConsoleImage;
  readonly session: Session;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The data of an image that has none yet. */
export function UploadDialog({ image, session, onClose, onDone }: UploadDialogProps): JSX.Element {
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState(image.diskFormat ?? 'qcow2');
  const [share, setShare] = useState<number | null>(null);
  const [fault, setFault] = useState('');
  const abort = useRef(new AbortController());
  const close = (): void => {
    abort.current.abort();
    onClose();
  };
  const upload = async (chosen: File): Promise<void> => {
    abort.current = new AbortController();
    setFault('');
    setShare(0);
    try {
      if (image.diskFormat === null) await setFormats(session, image.imageId, format);
      await uploadFile(session, image.imageId, chosen, setShare, abort.current.signal);
      toast('Data uploaded');
      onDone();
      onClose();
    } catch (error) {
      setFault(errorText(error));
      setShare(null);
    }
  };
  return (
    <Dialog title="Upload data" onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (file) void upload(file);
        }}
      >
        <DataFields
          file={file}
          onFile={setFile}
          format={format}
          onFormat={image.diskFormat === null ? setFormat : null}
          isRequired
        />
        <UploadProgress share={share} file={file} />
        <FaultNotice fault={fault} />
        <DialogFoot
          action={share === null ? 'Upload' : 'Uploading …'}
          isDisabled={share !== null}
          onClose={close}
        />
      </form>
    </Dialog>
  );
}
