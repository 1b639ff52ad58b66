/** A fault as `POST /admin/faults` takes it (docs/testing.md). */
export interface NewFault {
  readonly surface?: string;
  readonly method?: string;
  /** What the path begins with. */
  readonly path?: string;
  /** 400 to 599 */
  readonly status?: number;
  /** ms */
  readonly delay?: number;
  /** The error code with which the job of such a request fails. */
  readonly job?: string;
  /** How many requests are hit; 1 when left out. */
  readonly times?: number;
}

export interface InjectedFault extends NewFault {
  readonly id: string;
}

export interface Faults {
  add(fault: NewFault): Promise<InjectedFault>;
  list(): Promise<readonly InjectedFault[]>;
  /** Lifts one fault, or all. */
  clear(id?: string): Promise<void>;
}

export interface JournalQuery {
  /** `next` of an earlier answer. */
  readonly since?: number;
  readonly surface?: string;
  readonly limit?: number;
}

/** One request and its answer; secrets are masked. */
export interface JournalEntry {
  readonly id: number;
  readonly surface: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly [more: string]: unknown;
}

export interface Journal {
  read(query?: JournalQuery): Promise<{ readonly entries: readonly JournalEntry[]; readonly next: number }>;
  clear(): Promise<void>;
}

/** `/admin` of a gateway. Every method throws an Error with status and text when the gateway refuses. */
export class AdminClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  readonly faults: Faults = {
    add: (fault) => this.call('POST', '/faults', fault),
    list: async () => (await this.call<{ faults: InjectedFault[] }>('GET', '/faults')).faults,
    clear: (id) => this.call('DELETE', id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`),
  };

  readonly journal: Journal = {
    read: (query = {}) => {
      const given = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) given.set(name, String(value));
      return this.call('GET', `/journal?${given.toString()}`);
    },
    clear: () => this.call('DELETE', '/journal'),
  };

  /** @param path below `/admin` @returns the JSON of the answer; undefined for 204 */
  async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'X-Auth-Token': this.token, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /admin${path} was answered ${String(answer.status)}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}
