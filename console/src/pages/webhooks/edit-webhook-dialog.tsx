import type { JSX } from 'preact';
import type { Session } from '../../data/session';
import { editWebhook, type Webhook } from '../../data/webhooks';
import { toast } from '../../frame/toasts';
import { Dialog } from '../../ui/dialog';
import { WebhookForm } from './webhook-form';

interface EditWebhookProps {
  readonly webhook: Webhook;
  readonly session: Session;
  readonly onClose: () => void;
}

export function EditWebhookDialog({ webhook, session, onClose }: EditWebhookProps): JSX.Element {
  const { id, url, selector } = webhook;
  const save = async (newUrl: string, newSelector: string): Promise<void> => {
    await editWebhook(session, id, newUrl, newSelector);
    toast('Webhook saved');
    onClose();
  };
  return (
    <Dialog title="Edit webhook" onClose={onClose}>
      <p class="hint">What it has not delivered yet goes to the new address. An attempt is made at once.</p>
      <WebhookForm url={url} selector={selector ?? ''} action="Save" onSubmit={save} onClose={onClose} />
    </Dialog>
  );
}
