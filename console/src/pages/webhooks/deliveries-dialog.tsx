import type { JSX } from 'preact';
import type { Session } from '../../data/session';
import { useResource } from '../../data/use-resource';
import { type Delivery, listDeliveries, type Webhook } from '../../data/webhooks';
import { href } from '../../frame/router';
import { Dialog } from '../../ui/dialog';
import { moment } from '../../ui/format';
import { ErrorState, Loading } from '../../ui/states';

interface DeliveriesProps {
  readonly webhook: Webhook;
  readonly session: Session;
  readonly onClose: () => void;
}

/** The latest attempts and what came of them. */
export function DeliveriesDialog({ webhook, session, onClose }: DeliveriesProps): JSX.Element {
  const deliveries = useResource(webhook.id, (signal) => listDeliveries(session, webhook.id, signal));
  const { value, error } = deliveries;
  return (
    <Dialog title="Deliveries" onClose={onClose} isWide>
      <p class="hint address">{webhook.url}</p>
      {error && <ErrorState error={error} onRetry={deliveries.reload} />}
      {!error && !value && <Loading what="the deliveries" rows={3} />}
      {value?.length === 0 && <p class="faint">Nothing has been sent yet.</p>}
      {value && value.length > 0 && <DeliveryTable deliveries={value} />}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={deliveries.reload}>
          Reload
        </button>
      </footer>
    </Dialog>
  );
}

function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }): JSX.Element {
  return (
    <table class="card table changes">
      <caption class="unseen">Deliveries, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When (UTC)</th>
          <th scope="col">Event</th>
          <th scope="col">Result</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.id}>
            <td>
              <time dateTime={delivery.at}>{moment(delivery.at)}</time>
              <div class="faint">Attempt {delivery.attempt}</div>
            </td>
            <td>
              <Event {...delivery} />
            </td>
            <td>
              <Result {...delivery} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Event({ type, image, revision }: Delivery): JSX.Element {
  if (image === null) return <>{type === 'tagway.webhook.test' ? 'Test' : type}</>;
  return (
    <>
      <a href={href(`images/${encodeURIComponent(image)}`)}>{image}</a>
      <div class="faint">Revision {revision}</div>
    </>
  );
}

function Result({ delivered, status, fault, milliseconds }: Delivery): JSX.Element {
  return (
    <>
      <span class={`badge ${delivered ? 'good' : 'bad'}`}>
        <span class="dot" aria-hidden="true" />
        {delivered ? 'delivered' : 'failed'}
      </span>
      <div class="faint">
        {status ?? fault ?? 'no answer'} · {Math.round(milliseconds)} ms
      </div>
    </>
  );
}
