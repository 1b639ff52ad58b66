import type { FeedEvent } from '../../core/feed';
import { tagFromName } from '../../core/tag';
import { isMet, type TagCondition } from '../../core/tag-condition';
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
    data: { ...changeBody(event), tags: event.tags },
  };
}

/** Events of images that match the condition, or matched before: a watcher also sees them leave. */
export function concerning(
  events: readonly FeedEvent[],
  condition: TagCondition | null,
): readonly FeedEvent[] {
  if (condition === null) return events;
  return events.filter(({ tags, added, removed }) => {
    const gone = new Set(added);
    const before = [...tags.filter((name) => !gone.has(name)), ...removed];
    return [tags, before].some((names) => isMet(condition, names.map(tagFromName)));
  });
}
