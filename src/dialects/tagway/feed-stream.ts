import type { Response } from 'express';
import type { FeedEvent, FeedCursor } from '../../core/feed';
import type { FeedPage, FeedService } from '../../core/feed-service';
import type { TagCondition } from '../../core/tag-condition';
import { EventOutput } from './event-output';
import { FeedPieces } from './feed-pieces';
import { encodeFeedToken } from './feed-token';

/**
 * ms; tests shorten them. `check`: between two looks at the credentials of a client that waits; `slow`: for which a
 * client may read nothing while there is something to send.
 */
export const streamTimingsMs = { check: 15_000, comment: 15_000, slow: 30_000 };

/** Comments to a bookmark, which then comes each minute. A clock beside the timer would be a moment early or late. */
const bookmarkAfter = 4;

/**
 * Events that are read at once. Pages end at multiples of it: watchers that are behind meet at the same places, and share
 * pages again.
 */
const pageLength = 512;

/** bytes that wait for a client at most when more is added; a busy feed has some hundred KiB at once */
const mostUnsent = 256 * 1024;

export interface FeedStream {
  readonly res: Response;
  readonly projectId: string;
  readonly from: FeedCursor;
  readonly condition: TagCondition | null;
  readonly selector: string | null;
  readonly ended: AbortController;
  readonly isCompressed: boolean;
}

/** Server-sent events (WHATWG HTML, 9.2), until the client goes or `ended` is aborted. */
export async function streamChanges(feed: FeedService, stream: FeedStream): Promise<void> {
  const output = new EventOutput(stream.res, stream.isCompressed);
  output.say('retry: 2000\n\n');
  const sending = new Sending(feed, stream, output);
  const beat = setInterval(() => {
    sending.sayAlive();
  }, streamTimingsMs.comment);
  try {
    await sending.run();
  } finally {
    clearInterval(beat);
    output.end();
    destroyLate(stream.res);
  }
}

/** A client that does not read would keep what is left for it. */
function destroyLate(res: Response): void {
  if (res.closed) return;
  const timer = setTimeout(() => res.destroy(), streamTimingsMs.slow).unref();
  res.once('close', () => {
    clearTimeout(timer);
  });
}

class Sending {
  private place: FeedCursor;
  private comments = 0;

  constructor(
    private readonly feed: FeedService,
    private readonly stream: FeedStream,
    private readonly output: EventOutput,
  ) {
    this.place = stream.from;
  }

  async run(): Promise<void> {
    const { res, projectId, ended } = this.stream;
    const watch = await this.feed.watch(projectId, ended.signal);
    try {
      while (!ended.signal.aborted) {
        const read = this.read();
        // Awaits only what is not in memory: at each change every watcher gets here.
        const page = read instanceof Promise ? await read : read;
        // The client comes again with its last id, and is then answered 410.
        if (page.kind === 'expired') return;
        if (page.events.length > 0) this.send(page.events);
        await watch.changed(this.place);
        if (!res.writableNeedDrain || (await this.isReady())) continue;
        // A client that reads too slowly is disconnected, and may resume.
        res.destroy();
        return;
      }
    } finally {
      watch.close();
    }
  }

  /** A bookmark keeps a narrow selector from falling out of the window for want of events (Kubernetes, KEP-956). */
  sayAlive(): void {
    const { res, projectId } = this.stream;
    if (res.writableNeedDrain) return;
    this.output.say(':\n\n');
    if (++this.comments % bookmarkAfter !== 0) return;
    this.output.say(`event: bookmark\nid: ${encodeFeedToken(projectId, this.place)}\ndata: {}\n\n`);
  }

  private async isReady(): Promise<boolean> {
    const { res, ended } = this.stream;
    return ended.signal.aborted || isDrained(res, ended.signal);
  }

  /** What there is, up to the end of its page. */
  private read(): FeedPage | Promise<FeedPage> {
    const limit = pageLength - (this.place.position % pageLength);
    return this.feed.read(this.stream.projectId, this.place, limit);
  }

  /** As much as the socket takes. The rest is read again later: a page kept for each slow client would be much memory. */
  private send(events: readonly FeedEvent[]): void {
    const { res, projectId, condition, selector } = this.stream;
    const { feedId } = this.place;
    const pieces = FeedPieces.of(events, { projectId, feedId, condition, selector });
    for (let turn = 0; res.writableLength < mostUnsent; turn++) {
      const piece = pieces.at(turn);
      if (!piece) return;
      this.output.send(piece.bytes);
      this.place = piece.next;
    }
  }
}

/** @returns false if it took too long, or the stream is to end */
function isDrained(res: Response, ended: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isInTime: boolean): void => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      ended.removeEventListener('abort', onEnd);
      resolve(isInTime);
    };
    const onDrain = (): void => {
      finish(true);
    };
    const onEnd = (): void => {
      finish(false);
    };
    const timer = setTimeout(onEnd, streamTimingsMs.slow);
    res.once('drain', onDrain);
    ended.addEventListener('abort', onEnd);
  });
}
