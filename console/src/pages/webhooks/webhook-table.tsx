import type { JSX } from 'preact';
import type { Webhook } from '../../data/webhooks';
import { count, moment } from '../../ui/format';

export type Action = 'enable' | 'disable' | 'test' | 'deliveries' | 'edit' | 'rotate' | 'delete';

interface WebhookTableProps {
  readonly webhooks: readonly Webhook[];
  readonly onAction: (action: Action, webhook: Webhook) => void;
}

export function WebhookTable({ webhooks, onAction }: WebhookTableProps): JSX.Element {
  return (
    <table class="card table changes webhooks">
      <caption class="unseen">Webhooks of this project</caption>
      <thead>
        <tr>
          <th scope="col">Address</th>
          <th scope="col">Changes</th>
          <th scope="col">State</th>
          <th scope="col">
            <span class="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <tr key={webhook.id}>
            <td class="address">
              {webhook.url}
              <div class="faint">Created {moment(webhook.created_at)}</div>
            </td>
            <td>{webhook.selector === null ? 'All' : <code>{webhook.selector}</code>}</td>
            <td>
              <State {...webhook} />
            </td>
            <td class="actions">
              <Actions webhook={webhook} onAction={onAction} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const reasons: Readonly<Record<string, string>> = {
  failing: 'too many attempts failed',
  gone: 'the receiver answered 410',
};

function State({ enabled, disabled_reason: reason, failures, next_attempt_at: next }: Webhook): JSX.Element {
  const isFailing = enabled && failures > 0;
  return (
    <>
      <span class={`badge ${isFailing || reason !== null ? 'bad' : enabled ? 'good' : 'idle'}`}>
        <span class="dot" aria-hidden="true" />
        {isFailing ? 'failing' : enabled ? 'enabled' : 'disabled'}
      </span>
      {reason !== null && <div class="faint">{reasons[reason] ?? reason}</div>}
      {isFailing && (
        <div class="faint">
          {count(failures, 'attempt')} failed{next !== null && `, next ${moment(next)}`}
        </div>
      )}
    </>
  );
}

const labels: Readonly<Record<Action, string>> = {
  test: 'Test',
  deliveries: 'Deliveries',
  edit: 'Edit',
  rotate: 'Rotate secret',
  enable: 'Enable',
  disable: 'Disable',
  delete: 'Delete',
};

function Actions({ webhook, onAction }: { webhook: Webhook } & Pick<WebhookTableProps, 'onAction'>) {
  const toggle = webhook.enabled ? 'disable' : 'enable';
  const actions: readonly Action[] = ['test', 'deliveries', 'edit', 'rotate', toggle, 'delete'];
  return (
    <>
      {actions.map((action) => (
        <button
          key={action}
          type="button"
          class="button"
          aria-label={`${labels[action]}: ${webhook.url}`}
          onClick={() => {
            onAction(action, webhook);
          }}
        >
          {labels[action]}
        </button>
      ))}
    </>
  );
}
