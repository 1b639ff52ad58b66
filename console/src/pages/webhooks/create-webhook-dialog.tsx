import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import type { Session } from '../../data/session';
import { createWebhook } from '../../data/webhooks';
import { CopyButton } from '../../ui/copy-button';
import { Dialog } from '../../ui/dialog';

interface CreateWebhookProps {
  readonly session: Session;
  readonly onClose: () => void;
}

/** A form, and then the secret, which is shown this once. */
export function CreateWebhookDialog({ session, onClose }: CreateWebhookProps): JSX.Element {
  const [secret, setSecret] = useState('');
  if (secret !== '') return <Secret secret={secret} onClose={onClose} />;
  return (
    <Dialog title="Create webhook" onClose={onClose}>
      <WebhookForm session={session} onClose={onClose} onSecret={setSecret} />
    </Dialog>
  );
}

interface WebhookFormProps extends CreateWebhookProps {
  readonly onSecret: (secret: string) => void;
}

function WebhookForm({ session, onClose, onSecret }: WebhookFormProps): JSX.Element {
  const [url, setUrl] = useState('');
  const [selector, setSelector] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      onSecret(await createWebhook(session, url.trim(), selector.trim()));
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
    }
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <Field label="Address" value={url} onValue={setUrl} hint="https://ci.example.com/tags" isRequired />
      <Field label="Selector (optional)" value={selector} onValue={setSelector} hint="env=prod, !rc" />
      <p role="alert" class={fault === '' ? 'notice empty' : 'notice error'}>
        {fault}
      </p>
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="button primary" disabled={isBusy}>
          Create
        </button>
      </footer>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly isRequired?: boolean;
  readonly onValue: (value: string) => void;
}

function Field({ label, value, hint, isRequired = false, onValue }: FieldProps): JSX.Element {
  return (
    <label class="field">
      {label}
      <input
        value={value}
        required={isRequired}
        placeholder={hint}
        autocomplete="off"
        onInput={(event) => {
          onValue(event.currentTarget.value);
        }}
      />
    </label>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Webhook created" onClose={onClose}>
      <p>Keep its secret now: it is not shown again. The receiver verifies the signatures with it.</p>
      <p class="secret">
        <code>{secret}</code>
        <CopyButton text={secret} label="Copy the secret" />
      </p>
      <footer class="dialog-foot">
        <button type="button" class="button primary" onClick={onClose}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}
