/** A fault as `POST /admin/faults` takes it (docs/testing-with-tagway.md). What is left out matches every request. */
export interface NewFault {
  /** For the journal. */
  readonly name?: string;
  readonly surface?: string;
  readonly method?: string;
  /** What the path begins with. */
  readonly path?: string;
  /** `operationId` of a contract. */
  readonly operation?: string;
  /** Id of the project that the caller acts in. */
  readonly project?: string;
  /** Id or name of the caller. */
  readonly user?: string;
  /** The first of the matching requests that may be hit; 1 when left out. */
  readonly nth?: number;
  readonly probability?: number;
  readonly seed?: number;
  /** How many requests are hit; 1 when left out. */
  readonly times?: number;
  /** 400 to 599 */
  readonly status?: number;
  /** ms */
  readonly delay?: number;
  readonly cut?: 'before-work' | 'before-answer' | 'in-answer' | 'after-answer';
  /** Cut by a TCP reset. */
  readonly reset?: boolean;
  /** Bytes of the body per second. */
  readonly slow?: number;
  /** What the Content-Length says more than there is, or less. */
  readonly wrongLength?: number;
  /** The error code with which the job of such a request fails. */
  readonly job?: string;
  /** Answered, and not done. */
  readonly lost?: boolean;
  /** The token expires. */
  readonly expire?: boolean;
}

/** Several faults at once, as in a file. */
export interface Scenario {
  readonly faults: readonly NewFault[];
}

export interface InjectedFault extends NewFault {
  readonly id: string;
}

export interface Faults {
  add(fault: NewFault): Promise<InjectedFault>;
  /** @param scenario a JSON file's path, or its content: all of its faults are set, or none */
  load(scenario: string | Scenario): Promise<readonly InjectedFault[]>;
  list(): Promise<readonly InjectedFault[]>;
  /** Lifts one fault, or all. */
  clear(id?: string): Promise<void>;
}

export interface JournalQuery {
  /** `next` of an earlier answer. */
  readonly since?: number;
  readonly surface?: string;
  /** Ids of the project that the caller acted in, and of the caller. */
  readonly project?: string;
  readonly user?: string;
  readonly limit?: number;
}

/** One request and its answer; secrets are masked. */
export interface JournalEntry {
  readonly id: number;
  readonly surface: string;
  readonly method: string;
  readonly target: string;
  /** 499: the connection ended before the answer was whole. */
  readonly status: number;
  readonly project: string | null;
  readonly user: string | null;
  /** The injected fault that hit it. */
  readonly fault: { readonly id: string; readonly name: string | null } | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string | null };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string | null };
  readonly [more: string]: unknown;
}

export interface Journal {
  read(query?: JournalQuery): Promise<{ readonly entries: readonly JournalEntry[]; readonly next: number }>;
  clear(): Promise<void>;
  /** Sends a request again, as it was. @returns the entry of the new one */
  replay(id: number): Promise<JournalEntry>;
  /**
   * Waits until exactly these calls were made, in this order: `PUT /v2/images/*\/tags/red 204`, where `*` stands for
   * one segment, and the status and the query may be left out.
   * @throws AssertionError with the difference, after `timeoutMs` (1 000)
   */
  assertCalls(expected: readonly ExpectedCall[], query?: CallsQuery): Promise<void>;
}

export interface Tokens {
  /** Expires all tokens of a user, of a project, or of everybody, except those of the gateway's admin. By id. */
  expire(owner?: { readonly user?: string; readonly project?: string }): Promise<void>;
}

/** Of the gateway. In ISO 8601, UTC. */
export interface Clock {
  read(): Promise<ClockState>;
  /** To a moment, or on by some seconds; `standing`: it stays there. Removes history that has expired by then. */
  set(
    setting: ({ readonly now: string } | { readonly advance: number }) & { readonly standing?: boolean },
  ): Promise<ClockState>;
  /** Back to the machine's. */
  unset(): Promise<void>;
}

export interface ClockState {
  readonly now: string;
  readonly set: boolean;
  readonly standing: boolean;
}

/** `METHOD /path`, `METHOD /path STATUS`; `*` is one segment of the path. With a `body`, the request had this JSON. */
export type ExpectedCall = string | { readonly call: string; readonly body: unknown };

/** Whose calls, and since when. A login has no project and no user yet; `userAgent` is part of a header. */
export interface CallsQuery {
  /** `next` of an earlier read. */
  readonly since?: number;
  readonly surface?: string;
  readonly project?: string;
  readonly user?: string;
  readonly userAgent?: string;
  readonly timeoutMs?: number;
}
