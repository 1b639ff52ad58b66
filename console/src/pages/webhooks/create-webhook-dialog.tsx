import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from '../../data/session';
import { createWebhook } from '../../data/webhooks';
import { Dialog } from '../../ui/dialog';
import { SecretDialog } from './secret-dialog';
import { WebhookForm } from './webhook-form';

interface CreateWebhookProps {
  readonly session: Session;
  readonly onClose: () => void;
}

/** A form, and then the secret, which is shown this once. */
export function CreateWebhookDialog({ session, onClose }: CreateWebhookProps): JSX.Element {
  const [secret, setSecret] = useState('');
  if (secret !== '') return <SecretDialog title="Webhook created" secret={secret} onClose={onClose} />;
  const create = async (url: string, selector: string): Promise<void> => {
    setSecret(await createWebhook(session, url, selector));
  };
  return (
    <Dialog title="Create webhook" onClose={onClose}>
      <WebhookForm action="Create" onSubmit={create} onClose={onClose} />
    </Dialog>
  );
}
