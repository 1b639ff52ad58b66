import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { createImage, deleteImage } from '../../data/images';
import { errorText } from '../../data/exchange';
import type { Session } from '../../data/session';
import { uploadFile } from '../../data/upload';
import { navigate } from '../../frame/router';
import { toast } from '../../frame/toasts';
import { DataFields } from '../../ui/data-fields';
import { Dialog, DialogFoot } from '../../ui/dialog';
import { FaultNotice } from '../../ui/notice';
import { UploadProgress } from '../../ui/upload-progress';
import { CreateFields } from './create-fields';

interface CreateDialogProps {
  readonly session: Session;
  readonly onClose: () => void;
}

/** What is under way: nothing, the image itself, or its data with how much of it was sent. */
type Step = 'none' | 'creating' | number;

export function CreateDialog({ session, onClose }: CreateDialogProps): JSX.Element {
  const [tags, setTags] = useState<readonly string[]>([]);
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState('qcow2');
  const [step, setStep] = useState<Step>('none');
  const [fault, setFault] = useState('');
  const upload = useRef(new AbortController());
  const close = (): void => {
    upload.current.abort();
    onClose();
  };
  const create = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form);
    setFault('');
    setStep('creating');
    upload.current = new AbortController();
    try {
      const image = { name: textOf(given, 'name'), visibility: textOf(given, 'visibility'), tags };
      const whole = { ...image, diskFormat: file ? format : null };
      const id = await createWithFile(session, whole, file, setStep, upload.current.signal);
      toast('Image created');
      onClose();
      navigate(`#/images/${id}`);
    } catch (error) {
      setStep('none');
      setFault(errorText(error));
    }
  };
  return (
    <Dialog title="Create image" onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void create(event.currentTarget);
        }}
      >
        <CreateFields session={session} tags={tags} onTags={setTags} />
        <DataFields file={file} onFile={setFile} format={format} onFormat={setFormat} />
        <UploadProgress share={typeof step === 'number' ? step : null} file={file} />
        <FaultNotice fault={fault} />
        <DialogFoot
          action={step === 'none' ? 'Create' : 'Creating …'}
          isDisabled={step !== 'none'}
          onClose={close}
        />
      </form>
    </Dialog>
  );
}

/** An image whose data did not arrive is of no use: it is removed again. */
async function createWithFile(
  session: Session,
  image: Parameters<typeof createImage>[1],
  file: File | null,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<string> {
  const id = await createImage(session, image);
  if (!file) return id;
  try {
    onStep(0);
    await uploadFile(session, id, file, onStep, signal);
    return id;
  } catch (error) {
    await deleteImage(session, id).catch(() => undefined);
    throw error;
  }
}

function textOf(given: FormData, name: string): string {
  const value = given.get(name);
  return typeof value === 'string' ? value : '';
}
