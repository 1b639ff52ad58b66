import type { Logger } from 'winston';
import type { Observe } from '../core/observe';
import type { WebhookObservation } from '../webhooks/observation';
import type { Observation } from './observation';
import { RejectionLog } from './rejection-log';

/** Writes the log's lines. */
export interface LogObserver {
  readonly observe: Observe<Observation>;
  /** Writes pending lines. */
  flush(): void;
}

/** Statements, batches and calls of Keystone have no line: they are in metrics, and in the request's line. */
export function createLogObserver(log: Logger): LogObserver {
  const rejections = new RejectionLog(log);
  const observe = (observation: Observation): void => {
    switch (observation.kind) {
      case 'request-ended':
        log.info('request', observation.facts);
        break;
      case 'request-failed':
        logFailure(log, observation);
        break;
      case 'request-rejected':
        rejections.rejected(observation.dialect);
        break;
      case 'audit':
        log.info('audit', { ...observation.event, address: observation.address });
        break;
      case 'database-connection-lost':
        log.warn('an idle database connection was lost', { error: observation.error.message });
        break;
      case 'background-failed':
      case 'webhook-disabled':
      case 'webhook-tried':
      case 'stale-list':
        logEvent(log, observation);
        break;
      case 'request-begun':
      case 'database-unit':
      case 'database-batch':
      case 'keystone-call':
      case 'keystone-circuit':
    }
  };
  return {
    observe,
    flush: () => {
      rejections.flush();
    },
  };
}

type EventKind = 'background-failed' | 'webhook-disabled' | 'webhook-tried' | 'stale-list';

/** Of no request's own line. */
function logEvent(log: Logger, observation: Extract<Observation, { kind: EventKind }>): void {
  switch (observation.kind) {
    case 'background-failed':
      log.warn('background work failed', { error: messageOf(observation.error) });
      break;
    case 'webhook-disabled':
    case 'webhook-tried':
      logWebhook(log, observation);
      break;
    case 'stale-list':
      logStaleList(log, observation);
  }
}

/** URLs have no line: their queries may hold secrets. */
function logWebhook(log: Logger, observation: WebhookObservation): void {
  const { kind, ...facts } = observation;
  if (kind === 'webhook-disabled') log.warn('a webhook was disabled', facts);
  else if (observation.outcome === 'failed') log.warn('a webhook delivery failed', facts);
}

/** Texts of a line at most. */
const mostTexts = 20;

function logStaleList(log: Logger, observation: Extract<Observation, { kind: 'stale-list' }>): void {
  const { mode, projectId, imageId, userId, requestId, shownRevision, revision } = observation;
  const [removes, restores] = [observation.removes, observation.restores].map((texts) =>
    texts.slice(0, mostTexts),
  );
  log.warn('a list of tags was made from an older state', {
    ...{ mode, projectId, imageId, userId, requestId, shownRevision, revision, removes, restores },
  });
}

function logFailure(log: Logger, failure: Extract<Observation, { kind: 'request-failed' }>): void {
  const { requestId, path, error } = failure;
  log.error('request failed', { requestId, path, error: stackOf(error) });
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : String(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
