import type { WebhookObservation } from '../webhooks/observation';
import { type BucketCounts, TalliedHistogram } from './histogram';
import type { Metrics } from './metrics';

/** seconds */
const bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 21_600, 86_400];

/** Deliveries to webhooks. */
export class WebhookMetrics {
  private readonly tries = { delivered: 0, failed: 0 };
  private readonly ended = { gone: 0, failing: 0 };
  private readonly lag: BucketCounts;

  constructor(metrics: Metrics) {
    const tries = 'Attempts to deliver an event to a webhook, by outcome';
    metrics.counter('tagway_webhook_deliveries_total', tries, ['outcome'], () =>
      (['delivered', 'failed'] as const).map((outcome) => ({
        labels: { outcome },
        value: this.tries[outcome],
      })),
    );
    const ended = 'Webhooks that the gateway disabled, by reason';
    metrics.counter('tagway_webhooks_disabled_total', ended, ['reason'], () =>
      (['gone', 'failing'] as const).map((reason) => ({ labels: { reason }, value: this.ended[reason] })),
    );
    const lag = 'Time from a change to its delivery';
    const seconds = new TalliedHistogram(metrics.registry, 'tagway_webhook_lag_seconds', lag, bounds);
    this.lag = seconds.tally({});
  }

  observe(observation: WebhookObservation): void {
    if (observation.kind === 'webhook-disabled') {
      this.ended[observation.reason]++;
      return;
    }
    const { outcome, lagSeconds } = observation;
    this.tries[outcome]++;
    if (outcome === 'delivered' && lagSeconds !== null) this.lag.add(lagSeconds);
  }
}
