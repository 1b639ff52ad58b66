import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';

interface WebhookFormProps {
  readonly url?: string;
  readonly selector?: string;
  /** Of the button that submits. */
  readonly action: string;
  /** What it throws is shown, and what was typed stays. */
  readonly onSubmit: (url: string, selector: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Address and selector of a webhook. */
export function WebhookForm(props: WebhookFormProps): JSX.Element {
  const { action, onSubmit, onClose } = props;
  const [url, setUrl] = useState(props.url ?? '');
  const [selector, setSelector] = useState(props.selector ?? '');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSubmit(url.trim(), selector.trim());
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
          {action}
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
