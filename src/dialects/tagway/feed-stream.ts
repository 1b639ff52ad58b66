import type { Request, Response } from 'express';
import type { FeedEvent, FeedPlace } from '../../core/feed';
import type { FeedService } from '../../core/feed-service';
import type { TagCondition } from '../../core/tag-condition';
import { isStillKnown } from '../../http/authenticate';
import type { DialectParts } from '../dialect';
import { eventsMatching } from '../../core/feed-selection';
import { eventBody } from './feed-events';
import { tokenOf } from './feed-token';
import { mayReadIn } from './requests';

/** ms */
const every = { comment: 15_000, bookmark: 60_000, slow: 30_000 };

/** Events that are read at once. */
const most = 500;

/** The streams of a project share the latest events: a thousand of them need each text once. */
const texts = new WeakMap<FeedEvent, string>();

export interface FeedStream {
  readonly req: Request;
  readonly res: Response;
  readonly projectId: string;
  readonly from: FeedPlace;
  readonly condition: TagCondition | null;
  readonly ended: AbortController;
}

/** Server-sent events (WHATWG HTML, 9.2), until the client goes, the credentials end, or the gateway stops. */
export async function streamChanges(
  { authenticator }: Pick<DialectParts, 'authenticator'>,
  feed: FeedService,
  stream: FeedStream,
): Promise<void> {
  const { req, res, projectId, ended } = stream;
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'private, no-cache',
    'X-Accel-Buffering': 'no',
  });
  res.write('retry: 2000\n\n');
  const sending = new Sending(feed, stream);
  const beat = setInterval(() => {
    sending.sayAlive();
    isStillKnown(authenticator, req, (caller) => mayReadIn(caller, projectId)).then(
      (isKnown) => {
        if (!isKnown) ended.abort();
      },
      () => undefined,
    );
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
  private marked = performance.now();

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
    if (performance.now() - this.marked < every.bookmark) return;
    this.marked = performance.now();
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
