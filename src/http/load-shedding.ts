import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AdmissionControl } from './admission';
import './context';

/**
 * `working`: contributes to the load. `waiting`: for another service to authenticate it. `streaming`: its body is still
 * arriving, or its answer is being sent, at the client's speed; also a delayed answer.
 */
type State = 'working' | 'waiting' | 'streaming';

/** Maximum age (ms) of the count when a request is about to be rejected. */
const freshness = 20;

/**
 * Rejects at once requests that would only wait and slow down all others. Streaming requests are no load and do not
 * count; those that wait for another service count only against the maximum in flight.
 */
export class LoadShedding {
  private readonly states = new Map<ServerResponse, State>();
  private readonly counts: Record<State, number> = { working: 0, waiting: 0, streaming: 0 };
  /** Requests whose client disconnected before the answer. */
  private readonly abandoned = new Set<ServerResponse>();
  private countedAt = 0;

  /**
   * @param usesExternalIdentity whether another service authenticates callers
   * @param onRejected called for each, with the dialect's name
   */
  constructor(
    private readonly admission: AdmissionControl,
    private readonly usesExternalIdentity: boolean,
    private readonly onRejected: (dialect: string) => void,
  ) {}

  /**
   * May it be answered? If so, it counts until its answer is sent. A disconnect does not end its work, so it still
   * counts until then: otherwise clients could ask and disconnect without limit.
   */
  admits(dialect: string, res: ServerResponse): boolean {
    if (this.isFull() && !this.hasRoomAfterAll()) {
      this.onRejected(dialect);
      return false;
    }
    this.count(res);
    return true;
  }

  /** Counts a request that is answered whatever the load: a probe. */
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

  /** Counting is expensive, so it is not done for every rejected request. */
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
    return this.usesExternalIdentity && req.caller === undefined ? 'waiting' : 'working';
  }
}

/** A disconnected client is sent nothing: its answer only ends, without a head. */
function isAnswered({ headersSent, writableEnded }: ServerResponse): boolean {
  return headersSent || writableEnded;
}

/** Answers 503 with plain Node: Express would take longer than everything else. */
export function sendServiceUnavailable(
  res: ServerResponse,
  headers: OutgoingHttpHeaders,
  body: string,
): void {
  res.writeHead(503, { 'Retry-After': '1', ...headers, 'Content-Length': Buffer.byteLength(body) });
  res.end(body);
}
