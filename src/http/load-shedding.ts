import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Admission } from './admission';
import './context';

/**
 * `working`: it has a share in the load. `waiting`: for another service to say who asks. `streaming`: its body is still
 * on its way, or the beginning of its answer has left: it goes as fast as its client does; so does one that is held back.
 */
type State = 'working' | 'waiting' | 'streaming';

/** How old (ms) the count may be when somebody is about to be sent away. */
const freshness = 20;

/**
 * Sends away at once what would only wait, and all others with it. What streams is no load and does not count; what
 * waits for another service counts only against the most that may be under way.
 */
export class LoadShedding {
  private readonly states = new Map<ServerResponse, State>();
  private readonly counts: Record<State, number> = { working: 0, waiting: 0, streaming: 0 };
  /** Those whose client has gone before there was an answer. */
  private readonly abandoned = new Set<ServerResponse>();
  private countedAt = 0;

  /**
   * @param asksElsewhere whether another service says who asks
   * @param onRejected told of each, with the dialect's name
   */
  constructor(
    private readonly admission: Admission,
    private readonly asksElsewhere: boolean,
    private readonly onRejected: (dialect: string) => void,
  ) {}

  /**
   * May it be answered? If so, it counts until its answer has left. Who leaves before there is one does not end the
   * work for it: it counts until then, or as many as like could ask and leave.
   */
  admits(dialect: string, res: ServerResponse): boolean {
    if (this.isFull() && !this.hasRoomAfterAll()) {
      this.onRejected(dialect);
      return false;
    }
    this.count(res);
    return true;
  }

  /** Counts a request that is answered however much is under way: a probe. */
  count(res: ServerResponse): void {
    this.states.set(res, 'working');
    this.counts.working++;
    res.once('close', () => {
      if (isAnswered(res)) this.release(res);
      else this.abandoned.add(res);
    });
  }

  private release(res: ServerResponse): void {
    this.counts[this.states.get(res) ?? 'working']--;
    this.states.delete(res);
    this.abandoned.delete(res);
    this.admission.answered();
  }

  private isFull(): boolean {
    const { working, waiting } = this.counts;
    return working >= this.admission.limit || working + waiting >= this.admission.most;
  }

  /** Looking through all of them is dear, so it is not done for every request that is sent away. */
  private hasRoomAfterAll(): boolean {
    const now = performance.now();
    if (now - this.countedAt < freshness) return false;
    this.countedAt = now;
    for (const res of this.abandoned) if (isAnswered(res)) this.release(res);
    for (const [res, before] of this.states) {
      const state = this.stateOf(res);
      if (state === before) continue;
      this.counts[before]--;
      this.counts[state]++;
      this.states.set(res, state);
    }
    return !this.isFull();
  }

  private stateOf({ req, headersSent }: ServerResponse): State {
    if (headersSent || !req.complete || req.heldBack || req.isWatching) return 'streaming';
    return this.asksElsewhere && req.caller === undefined ? 'waiting' : 'working';
  }
}

/** To a client that has gone nothing is sent any more: its answer has no head, only an end. */
function isAnswered({ headersSent, writableEnded }: ServerResponse): boolean {
  return headersSent || writableEnded;
}

/** Answers 503 with nothing but Node's own means: Express would take longer for it than all else does. */
export function reject(res: ServerResponse, headers: OutgoingHttpHeaders, body: string): void {
  res.writeHead(503, { 'Retry-After': '1', ...headers, 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}
