import { Check, Copy } from 'lucide';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toast } from '../frame/toasts';
import { Icon } from './icon';

interface CopyButtonProps {
  readonly text: string;
  /** `Copy the ID`: what the button is called. */
  readonly label: string;
  readonly isIconOnly?: boolean;
}

const confirmMs = 2_000;

export function CopyButton({ text, label, isIconOnly = false }: CopyButtonProps): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => {
      setCopied(false);
    }, confirmMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isCopied]);
  const copy = async (): Promise<void> => {
    const done = await copied(text);
    setCopied(done);
    toast(done ? 'Copied' : 'The browser did not allow copying');
  };
  return (
    <button
      type="button"
      class={isIconOnly ? 'button icon-only small' : 'button small'}
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon icon={isCopied ? Check : Copy} size={14} />
      {!isIconOnly && 'Copy'}
    </button>
  );
}

/** Over plain HTTP from another machine browsers hide the clipboard; then what is selected can still be copied. */
async function copied(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) {
    return clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const command: unknown = Reflect.get(document, 'execCommand');
  const done = typeof command === 'function' && command.call(document, 'copy') === true;
  field.remove();
  return done;
}
