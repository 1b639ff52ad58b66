/** Where the connection is cut; up to `before-answer` the client gets no byte. */
export const connectionCutPoints = ['before-work', 'before-answer', 'in-answer', 'after-answer'] as const;
export type ConnectionCutPoint = (typeof connectionCutPoints)[number];

/** Which requests are hit. Null matches every request. */
export interface FaultFilter {
  readonly surface: string | null;
  readonly method: string | null;
  /** Prefix of the normalised path. */
  readonly path: string | null;
  /** `operationId` of the contract. */
  readonly operation: string | null;
  /** Id of the project that the caller acts in. */
  readonly project: string | null;
  /** Id or name of the caller. */
  readonly user: string | null;
  /** The first of the matching requests that may be hit; 1: the next one. */
  readonly nth: number;
  /** Of each of them, from then on; 1: always. */
  readonly probability: number;
  /** The same seed gives the same draws. */
  readonly seed: number;
  /** Number of requests to hit. */
  readonly times: number;
}

/** What a request that is hit meets. */
export interface FaultEffect {
  /** 400 to 599: nothing is done, and this is answered. */
  readonly status: number | null;
  /** milliseconds before anything is done */
  readonly delay: number;
  readonly cut: ConnectionCutPoint | null;
  /** Whether a cut is a TCP reset, not an ordinary end. */
  readonly reset: boolean;
  /** Bytes of the answer's body per second. */
  readonly slow: number | null;
  /** What the Content-Length of the answer has more than its body, or less. */
  readonly wrongLength: number | null;
  /** Error code with which the job of the request ends; null: no job is hit. */
  readonly job: string | null;
  /** Answered as ever, and rolled back. */
  readonly lost: boolean;
  /** The token that the request shows is expired, from now on. */
  readonly expire: boolean;
}

export interface FaultRule extends FaultFilter, FaultEffect {
  /** For the journal. */
  readonly name: string | null;
}

/** What the request must be known for before the rule can choose it. */
export function needsCaller({ operation, project, user, lost, expire }: FaultRule): boolean {
  return operation !== null || project !== null || user !== null || lost || expire;
}

/** mulberry32: small, and the same everywhere. @returns draws from 0 to 1 */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
