import type { FeedEvent, FeedCursor } from '../../core/feed';
import { eventsMatchingBeforeOrAfter } from '../../core/feed-selection';
import type { TagCondition } from '../../core/tag-condition';
import { SharedBytes } from './event-output';
import { eventBody } from './feed-events';
import { encodeFeedToken } from './feed-token';

/** bytes after which a piece ends: a watcher that does not read costs about one piece and one event */
const pieceLength = 128 * 1024;

/** A watcher's view of the feed. */
export interface FeedStreamFilter {
  readonly projectId: string;
  readonly feedId: string;
  readonly condition: TagCondition | null;
  /** What the condition was read from. */
  readonly selector: string | null;
}

export interface FeedPiece {
  /** Server-sent events; empty if none of the events matches. */
  readonly bytes: SharedBytes;
  /** Behind its events. */
  readonly next: FeedCursor;
}

/** The streams of a project share pages, and a page's events share their texts. */
const shared = {
  pages: new WeakMap<readonly FeedEvent[], Map<string | null, FeedPieces>>(),
  texts: new WeakMap<FeedEvent, string>(),
};

/** One page of the feed as streams send it. A thousand streams at one place make each piece once. */
export class FeedPieces {
  private readonly made: FeedPiece[] = [];
  private reached = 0;

  private constructor(
    private readonly events: readonly FeedEvent[],
    private readonly view: FeedStreamFilter,
  ) {}

  static of(events: readonly FeedEvent[], view: FeedStreamFilter): FeedPieces {
    const known = shared.pages.get(events) ?? new Map<string | null, FeedPieces>();
    shared.pages.set(events, known);
    const pieces = known.get(view.selector) ?? new FeedPieces(events, view);
    known.set(view.selector, pieces);
    return pieces;
  }

  /** @returns undefined behind the last one */
  at(index: number): FeedPiece | undefined {
    while (this.made.length <= index && this.reached < this.events.length) this.made.push(this.make());
    return this.made[index];
  }

  private make(): FeedPiece {
    const { feedId, condition } = this.view;
    const texts: string[] = [];
    let length = 0;
    let position = 0;
    while (this.reached < this.events.length && length < pieceLength) {
      const event = this.events[this.reached++] as FeedEvent;
      position = event.position;
      if (condition !== null && eventsMatchingBeforeOrAfter([event], condition).length === 0) continue;
      const text = textOf(event, this.view);
      texts.push(text);
      length += text.length;
    }
    return { bytes: new SharedBytes(Buffer.from(texts.join(''))), next: { feedId, position } };
  }
}

function textOf(event: FeedEvent, { projectId, feedId }: FeedStreamFilter): string {
  const known = shared.texts.get(event);
  if (known !== undefined) return known;
  const id = encodeFeedToken(projectId, { feedId, position: event.position });
  const text = `id: ${id}\ndata: ${JSON.stringify(eventBody(feedId, event))}\n\n`;
  shared.texts.set(event, text);
  return text;
}
