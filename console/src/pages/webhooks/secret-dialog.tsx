import type { ComponentChildren, JSX } from 'preact';
import { CopyButton } from '../../ui/copy-button';
import { Dialog } from '../../ui/dialog';

interface SecretDialogProps {
  readonly title: string;
  readonly secret: string;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** A secret, which is shown this once. */
export function SecretDialog({ title, secret, onClose, children }: SecretDialogProps): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>Keep its secret now: it is not shown again. The receiver verifies the signatures with it.</p>
      {children}
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
