import type { FeedEvent } from '../../core/feed';
import { changeBody } from './responses';

/** CloudEvents 1.0. The id has no dot, as Standard Webhooks wants it. */
export function eventBody(feedId: string, event: FeedEvent): object {
  return {
    specversion: '1.0',
    id: `${feedId}-${String(event.position)}`,
    source: `/projects/${event.projectId}`,
    type: 'tagway.image.tags.changed',
    subject: `images/${event.imageId}`,
    time: event.at,
    datacontenttype: 'application/json',
    data: Object.assign(changeBody(event), { tags: event.tags }),
  };
}
