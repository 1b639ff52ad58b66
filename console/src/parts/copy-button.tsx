import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** @param what for screen readers: `Copy the curl command` */
export function CopyButton({ text, what }: { text: string; what: string }): JSX.Element {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  useEffect(() => {
    setState('ready');
  }, [text]);
  const copy = async (): Promise<void> => {
    setState((await copied(text)) ? 'copied' : 'failed');
  };
  return (
    <span class="copy">
      <button type="button" class="quiet" aria-label={what} onClick={() => void copy()}>
        Copy
      </button>
      <span role="status">{{ ready: '', copied: 'Copied', failed: 'Not copied' }[state]}</span>
    </span>
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
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without a secure context
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
