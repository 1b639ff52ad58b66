import type { Observe } from '../core/observe';
import { KeystoneMetrics } from './identity-metrics';
import type { Metrics } from './metrics';
import type { Observation } from './observation';
import { RequestMetrics } from './request-metrics';
import { StaleListMetrics } from './stale-list-metrics';
import { StoreMetrics } from './store-metrics';
import { WebhookMetrics } from './webhook-metrics';

/** Counts for `/metrics`. Audits and failures are in the log alone. */
export function createMetricsObserver(metrics: Metrics): Observe<Observation> {
  const requests = new RequestMetrics(metrics);
  const store = new StoreMetrics(metrics);
  const [keystone, webhooks] = [new KeystoneMetrics(metrics), new WebhookMetrics(metrics)];
  const staleLists = new StaleListMetrics(metrics);
  return (observation) => {
    switch (observation.kind) {
      case 'request-begun':
        requests.begin();
        break;
      case 'request-ended':
        requests.end(observation.facts);
        break;
      case 'request-rejected':
        requests.rejected(observation.dialect);
        break;
      case 'database-unit':
      case 'database-batch':
      case 'database-connection-lost':
        store.observe(observation);
        break;
      case 'keystone-call':
        keystone.call(observation.outcome, observation.milliseconds);
        break;
      case 'keystone-circuit':
        keystone.circuit(observation.state);
        break;
      case 'webhook-tried':
      case 'webhook-disabled':
        webhooks.observe(observation);
        break;
      case 'stale-list':
        staleLists.observe(observation);
        break;
      case 'request-failed':
      case 'audit':
      case 'background-failed':
    }
  };
}
