import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const toastEvent = 'tagway:toast';
const shownMs = 5_000;

/** A short sentence at the foot of the window, spoken by screen readers. */
export function toast(text: string): void {
  dispatchEvent(new CustomEvent<string>(toastEvent, { detail: text }));
}

/** The region is always there: a screen reader hears only what changes in one that it knows. */
export function Toasts(): JSX.Element {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (event: Event): void => {
      clearTimeout(timer);
      setText((event as CustomEvent<string>).detail);
      timer = setTimeout(() => {
        setText('');
      }, shownMs);
    };
    addEventListener(toastEvent, show);
    return () => {
      removeEventListener(toastEvent, show);
      clearTimeout(timer);
    };
  }, []);
  return (
    <div class="toasts" role="status">
      {text !== '' && <p class="toast">{text}</p>}
    </div>
  );
}
