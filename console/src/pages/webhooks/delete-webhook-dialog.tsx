import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import type { Session } from '../../data/session';
import { deleteWebhook, type Webhook } from '../../data/webhooks';
import { toast } from '../../frame/toasts';
import { ConfirmDialog } from '../../ui/dialog';

interface DeleteWebhookProps {
  readonly webhook: Webhook;
  readonly session: Session;
  readonly onClose: () => void;
}

export function DeleteWebhookDialog({ webhook, session, onClose }: DeleteWebhookProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await deleteWebhook(session, webhook.id);
      toast('Webhook deleted');
      onClose();
    } catch (error) {
      setFault(errorText(error));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      title="Delete webhook?"
      action="Delete webhook"
      isBusy={isBusy}
      fault={fault}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p class="address">
        Nothing more is sent to {webhook.url}, and its deliveries are forgotten. To pause it, disable it.
      </p>
    </ConfirmDialog>
  );
}
