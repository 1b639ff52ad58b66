import { Plus, Webhook as WebhookIcon } from 'lucide';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { errorText } from '../../data/exchange';
import type { Session } from '../../data/session';
import { enableWebhook, listWebhooks, testWebhook, type Webhook } from '../../data/webhooks';
import { useResource } from '../../data/use-resource';
import type { Page, PageProps } from '../../frame/page';
import { toast } from '../../frame/toasts';
import { PageHeading } from '../../ui/heading';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { EmptyState, Loading } from '../../ui/states';
import { HistoryFault } from '../../ui/history-fault';
import { CreateWebhookDialog } from './create-webhook-dialog';
import { DeleteWebhookDialog } from './delete-webhook-dialog';
import { DeliveriesDialog } from './deliveries-dialog';
import { EditWebhookDialog } from './edit-webhook-dialog';
import { RotateSecretDialog } from './rotate-secret-dialog';
import { type Action, WebhookTable } from './webhook-table';

export const webhooksPage: Page = {
  path: 'webhooks',
  section: 'webhooks',
  nav: { title: 'Webhooks', icon: WebhookIcon, key: 'w' },
  View: WebhooksPage,
};

const dialogs = {
  deliveries: DeliveriesDialog,
  edit: EditWebhookDialog,
  rotate: RotateSecretDialog,
  delete: DeleteWebhookDialog,
} as const;

type Open =
  | { readonly kind: 'create' }
  | { readonly kind: 'of-webhook'; readonly action: keyof typeof dialogs; readonly webhook: Webhook };

/** Where the changes of the project's tags are sent. */
function WebhooksPage({ session }: PageProps): JSX.Element {
  const webhooks = useResource('webhooks', (signal) => listWebhooks(session, signal));
  const [open, setOpen] = useState<Open | null>(null);
  const [fault, setFault] = useState('');
  const act = async (work: Promise<void>, done: string): Promise<void> => {
    try {
      await work;
      setFault('');
      toast(done);
    } catch (error) {
      setFault(errorText(error));
    }
    webhooks.reload();
  };
  const run = (action: Action, webhook: Webhook): void => {
    if (action === 'test') void act(testWebhook(session, webhook.id), 'A test delivery is under way');
    else if (action === 'enable' || action === 'disable') {
      const isOn = action === 'enable';
      void act(enableWebhook(session, webhook.id, isOn), isOn ? 'Webhook enabled' : 'Webhook disabled');
    } else setOpen({ kind: 'of-webhook', action, webhook });
  };
  const { value, error } = webhooks;
  const create = (): void => {
    setOpen({ kind: 'create' });
  };
  const close = (): void => {
    setOpen(null);
    webhooks.reload();
  };
  return (
    <>
      <PageHeading title="Webhooks">{value && <CreateButton onClick={create} />}</PageHeading>
      <Notice kind="error" text={fault} />
      {error && <HistoryFault error={error} onRetry={webhooks.reload} />}
      {!error && !value && <Loading what="the webhooks" rows={3} />}
      {value?.length === 0 && <NoWebhooks />}
      {value && value.length > 0 && <WebhookTable webhooks={value} onAction={run} />}
      {open?.kind === 'create' && <CreateWebhookDialog session={session} onClose={close} />}
      {open?.kind === 'of-webhook' && <WebhookDialog {...open} session={session} onClose={close} />}
    </>
  );
}

interface WebhookDialogProps extends Extract<Open, { kind: 'of-webhook' }> {
  readonly session: Session;
  readonly onClose: () => void;
}

function WebhookDialog({ action, webhook, session, onClose }: WebhookDialogProps): JSX.Element {
  const View = dialogs[action];
  return <View webhook={webhook} session={session} onClose={onClose} />;
}

function CreateButton({ onClick }: { onClick: () => void }): JSX.Element {
  return (
    <button type="button" class="button primary" onClick={onClick}>
      <Icon icon={Plus} />
      Create webhook
    </button>
  );
}

function NoWebhooks(): JSX.Element {
  return (
    <EmptyState icon={WebhookIcon} title="No webhooks yet">
      <p>A webhook sends each change of the project’s tags to an address of yours, signed.</p>
      <a href="/docs/native-api#webhooks">How webhooks work</a>
    </EmptyState>
  );
}
