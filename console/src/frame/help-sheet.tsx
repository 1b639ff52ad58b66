import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog';
import { usePreference } from './preferences';
import { presentShortcuts, shortcutStates } from './shortcuts';
import { version } from './version';

/** Keys of the present page and the links that belong to them. */
export function HelpSheet({ onClose }: { onClose: () => void }): JSX.Element {
  const [state, setState] = usePreference('shortcuts', shortcutStates, 'on');
  // As the page is behind the sheet now; the sheet adds none of its own.
  const [shortcuts] = useState(presentShortcuts);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl class="shortcuts">
        {shortcuts.map(({ keys, description }) => (
          <div key={keys}>
            <dt>{description}</dt>
            <dd>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={state === 'on'}
          onChange={(event) => {
            setState(event.currentTarget.checked ? 'on' : 'off');
          }}
        />
        Single-key shortcuts
      </label>
      <p class="hint">
        Tagway {version} · <a href="/docs">Documentation</a> · <a href="/docs/console">About this console</a>
      </p>
    </Dialog>
  );
}
