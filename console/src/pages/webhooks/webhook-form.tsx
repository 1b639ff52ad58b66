import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { DialogFoot } from '../../ui/dialog';
import { FaultNotice } from '../../ui/notice';
import { useAction } from '../../ui/use-action';

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
  const submission = useAction(() => onSubmit(url.trim(), selector.trim()));
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submission.run();
      }}
    >
      <Field label="Address" value={url} onValue={setUrl} hint="https://ci.example.com/tags" isRequired />
      <Field label="Selector (optional)" value={selector} onValue={setSelector} hint="env=prod, !rc" />
      <FaultNotice fault={submission.fault} />
      <DialogFoot action={action} isDisabled={submission.isBusy} onClose={onClose} />
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
