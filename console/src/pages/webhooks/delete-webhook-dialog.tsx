import type { JSX } from 'preact';
import type { Session } from '../../data/session';
import { deleteWebhook, type Webhook } from '../../data/webhooks';
import { toast } from '../../frame/toasts';
import { ConfirmDialog } from '../../ui/dialog';
import { useAction } from '../../ui/use-action';

interface DeleteWebhookProps {
  readonly webhook: Webhook;
  readonly session: Session;
  readonly onClose: () => void;
}

export function DeleteWebhookDialog({ webhook, session, onClose }: DeleteWebhookProps): JSX.Element {
  const deletion = useAction(async () => {
    await deleteWebhook(session, webhook.id);
    toast('Webhook deleted');
    onClose();
  });
  return (
    <ConfirmDialog
      title="Delete webhook?"
      action="Delete webhook"
      isBusy={deletion.isBusy}
      fault={deletion.fault}
      onConfirm={deletion.run}
      onClose={onClose}
    >
      <p class="address">
        Nothing more is sent to {webhook.url}, and its deliveries are forgotten. To pause it, disable it.
      </p>
    </ConfirmDialog>
  );
}
