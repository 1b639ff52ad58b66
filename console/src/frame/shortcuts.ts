import { useLayoutEffect } from 'preact/hooks';
import { readPreference } from './preferences';

export interface Shortcut {
  /** `/`, `?`, or two keys one after the other: `g i` */
  readonly keys: string;
  readonly description: string;
}

interface Listed extends Shortcut {
  readonly run: () => void;
}

const listed = new Set<Listed>();
export const shortcutStates = ['on', 'off'] as const;

/** A key that acts while the component is shown. Not while the user types, and not under a dialog. */
export function useShortcut(keys: string, description: string, run: () => void): void {
  // Before anything else happens: a key pressed on what is shown must not act on what was shown before.
  useLayoutEffect(() => {
    const shortcut = { keys, description, run };
    listed.add(shortcut);
    return () => {
      listed.delete(shortcut);
    };
  });
}

/** Those of the present page, for the help sheet. */
export function presentShortcuts(): readonly Shortcut[] {
  return [...listed];
}

/** ms within which the second of two keys counts */
const pairTimeoutMs = 2000;
let first: { readonly key: string; readonly at: number } | undefined;

export function listenForShortcuts(): () => void {
  addEventListener('keydown', press);
  return () => {
    removeEventListener('keydown', press);
  };
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
  // People who use speech input must be able to turn single keys off (WCAG 2.1.4).
  if (readPreference('shortcuts', shortcutStates, 'on') === 'off') return;
  const before = first && event.timeStamp - first.at < pairTimeoutMs ? `${first.key} ` : '';
  const candidates = [...listed];
  const found =
    candidates.find(({ keys }) => keys === before + event.key) ??
    candidates.find(({ keys }) => keys === event.key);
  first = found ? undefined : { key: event.key, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  found.run();
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField = target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
  return isField || target.closest('dialog, [role=menu], [role=listbox]') !== null;
}
