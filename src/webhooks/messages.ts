import type { FeedEvent, FeedCursor } from '../core/feed';
import type { Instant } from '../core/clock';

/** An event for one webhook. */
export interface WebhookMessage {
  /** The same at every attempt. It has no dot, as Standard Webhooks wants it. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly imageId: string | null;
  readonly revision: number | null;
  /** Of the change; null for events without one. */
  readonly changedAt: Instant | null;
}

/** A CloudEvent. */
export type EventBody = (feedId: string, event: FeedEvent) => object;

export function changeMessage(eventBody: EventBody, feedId: string, event: FeedEvent): WebhookMessage {
  const { id, type, ...rest } = eventBody(feedId, event) as { id: string; type: string };
  return {
    ...{ id, type, imageId: event.imageId, revision: event.revision, changedAt: event.at },
    body: signedBody({ id, type, ...rest }, event.at),
  };
}

/** Events were removed before they were delivered: the receiver must list the images again. */
export function expiredMessage(
  projectId: string,
  { feedId, position }: FeedCursor,
  at: Instant,
): WebhookMessage {
  const relist = `/tags/v1/projects/${encodeURIComponent(projectId)}/images`;
  return bareMessage(
    `${feedId}-${String(position)}-expired`,
    'tagway.feed.expired',
    projectId,
    { relist },
    at,
  );
}

export function testMessage(projectId: string, testId: string, at: Instant): WebhookMessage {
  return bareMessage(testId, 'tagway.webhook.test', projectId, {}, at);
}

function bareMessage(id: string, type: string, projectId: string, data: object, at: Instant): WebhookMessage {
  const source = `/projects/${projectId}`;
  const event = { specversion: '1.0', id, source, type, time: at, datacontenttype: 'application/json', data };
  return { id, type, imageId: null, revision: null, changedAt: null, body: signedBody(event, at) };
}

/** Standard Webhooks wants `type`, `timestamp` and `data`: the first and last are CloudEvents', the second an extension. */
function signedBody(event: object, timestamp: Instant): string {
  return JSON.stringify({ ...event, timestamp });
}
