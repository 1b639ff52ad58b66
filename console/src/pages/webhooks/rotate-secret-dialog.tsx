import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from '../../data/session';
import { type RotatedSecret, rotateSecret, type Webhook } from '../../data/webhooks';
import { ConfirmDialog } from '../../ui/dialog';
import { moment } from '../../ui/format';
import { useAction } from '../../ui/use-action';
import { SecretDialog } from './secret-dialog';

interface RotateSecretProps {
  readonly webhook: Webhook;
  readonly session: Session;
  readonly onClose: () => void;
}

/** A question, and then the new secret, which is shown this once. */
export function RotateSecretDialog({ webhook, session, onClose }: RotateSecretProps): JSX.Element {
  const [rotated, setRotated] = useState<RotatedSecret | null>(null);
  const rotation = useAction(async () => {
    setRotated(await rotateSecret(session, webhook.id));
  });
  if (rotated) {
    return (
      <SecretDialog title="Secret rotated" secret={rotated.secret} onClose={onClose}>
        <p>Until {moment(rotated.previous_secret_until)} (UTC) the one before is valid, too.</p>
      </SecretDialog>
    );
  }
  return (
    <ConfirmDialog
      title="Rotate secret?"
      action="Rotate secret"
      isBusy={rotation.isBusy}
      fault={rotation.fault}
      onConfirm={rotation.run}
      onClose={onClose}
    >
      <p class="address">
        {webhook.url} gets a new secret. For a day deliveries are signed with both; a secret that was replaced
        earlier ends at once.
      </p>
    </ConfirmDialog>
  );
}
