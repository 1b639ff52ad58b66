import type { Response } from 'express';
import type { FeedEvent, FeedPlace } from '../../core/feed';
import type { FeedService } from '../../core/feed-service';
import type { TagCondition } from '../../core/tag-condition';
import { eventsMatching } from '../../core/feed-selection';
import { eventBody } from './feed-events';
import { tokenOf } from './feed-token';

/** ms */
const every = { comment: 15_000, slow: 30_000 };

/** Comments to a bookmark, which then comes each minute. A clock beside the timer would be a moment early or late. */
const bookmarkAfter = 4;

/** Events that are read at once. */
const most = 500;

/** The streams of a project share the latest events: a thousand of them need each text once. */
const texts = new WeakMap<FeedEvent, string>();

export interface FeedStream {
  readonly res: Response;
  readonly projectId: string;
  readonly from: FeedPlace;
  readonly condition: TagCondition | null;
  readonly ended: AbortController;
}

/** Server-sent events (WHATWG HTML, 9.2), until the client goes or `ended` is aborted. */
export async function streamChanges(feed: FeedService, stream: FeedStream): Promise<void> {
  const { res } = stream;
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'private, no-cache',
    'X-Accel-Buffering': 'no',
  });
  res.write('retry: 2000\n\n');
  const sending = new Sending(feed, stream);
  const beat = setInterval(() => {
    sending.sayAlive();
  }, every.comment);
  try {
    await sending.run();
  } finally {
    clearInterval(beat);
    res.end();
  }
}

class Sending {
  private place: FeedPlace;
  private comments = 0;

  constructor(
    private readonly feed: FeedService,
    private readonly stream: FeedStream,
  ) {
    this.place = stream.from;
  }

  async run(): Promise<void> {
    const { projectId, condition, ended } = this.stream;
    const watch = await this.feed.watch(projectId);
    try {
      while (!ended.signal.aborted) {
        const read = await this.feed.read(projectId, this.place, most);
        // The client comes again with its last id, and is then answered 410.
        if (read.kind === 'expired') return;
        const events = eventsMatching(read.events, condition);
        if (events.length > 0 && !(await this.isWritten(events))) return;
        this.place = read.next;
        if (read.events.length === 0) await watch.changed(this.place.position, ended.signal);
      }
    } finally {
      watch.close();
    }
  }

  /** A bookmark keeps a narrow selector from falling out of the window for want of events (Kubernetes, KEP-956). */
  sayAlive(): void {
    const { res, projectId } = this.stream;
    if (res.writableNeedDrain) return;
    res.write(':\n\n');
    if (++this.comments % bookmarkAfter !== 0) return;
    res.write(`event: bookmark\nid: ${tokenOf(projectId, this.place)}\ndata: {}\n\n`);
  }

  /** A client that reads too slowly is disconnected, and may resume. */
  private async isWritten(events: readonly FeedEvent[]): Promise<boolean> {
    const { res, ended } = this.stream;
    const text = events.map((event) => this.textOf(event)).join('');
    if (res.write(text)) return true;
    const isDrained = await drained(res, ended.signal);
    if (!isDrained) res.destroy();
    return isDrained;
  }

  private textOf(event: FeedEvent): string {
    const known = texts.get(event);
    if (known !== undefined) return known;
    const { feedId } = this.place;
    const id = tokenOf(this.stream.projectId, { feedId, position: event.position });
    const text = `id: ${id}\ndata: ${JSON.stringify(eventBody(feedId, event))}\n\n`;
    texts.set(event, text);
    return text;
  }
}

function drained(res: Response, ended: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isDrained: boolean): void => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      ended.removeEventListener('abort', onEnd);
      resolve(isDrained);
    };
    const onDrain = (): void => {
      finish(true);
    };
    const onEnd = (): void => {
      finish(false);
    };
    const timer = setTimeout(onEnd, every.slow);
    res.once('drain', onDrain);
    ended.addEventListener('abort', onEnd);
  });
}
