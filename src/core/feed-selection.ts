import type { FeedEvent } from './feed';
import { tagFromName } from './tag';
import { isConditionMet, type TagCondition } from './tag-condition';

/** Events of images that match the condition, or matched before: a watcher also sees them leave. */
export function eventsMatchingBeforeOrAfter(
  events: readonly FeedEvent[],
  condition: TagCondition | null,
): readonly FeedEvent[] {
  if (condition === null) return events;
  return events.filter(({ tags, added, removed }) => {
    const gone = new Set(added);
    const before = [...tags.filter((name) => !gone.has(name)), ...removed];
    return [tags, before].some((names) => isConditionMet(condition, names.map(tagFromName)));
  });
}
