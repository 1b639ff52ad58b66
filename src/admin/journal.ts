/** One side of an exchange, free of secrets. */
export interface RecordedMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** null: none, not text, or not provably free of secrets. */
  readonly body: string | null;
  /** Length of the full body. */
  readonly bytes: number;
  /** Whether `body` is cut. */
  readonly truncated: boolean;
}

export interface RecordedExchange {
  /** ISO 8601, when the request arrived. */
  readonly at: string;
  readonly requestId: string;
  readonly surface: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly project: string | null;
  readonly user: string | null;
  /** The injected fault that hit it. */
  readonly fault: { readonly id: string; readonly name: string | null } | null;
  /** The entry that it repeats. */
  readonly replayOf: number | null;
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
}

/** A request as it came, with its secrets: it never leaves the process. */
export interface OriginalRequest {
  readonly method: string;
  /** Verbatim. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

interface Kept {
  readonly entry: JournalEntry;
  /** undefined: it cannot be sent again */
  original: OriginalRequest | undefined;
}

export interface JournalEntry extends RecordedExchange {
  /** Increases by one with each request. */
  readonly id: number;
}

export interface JournalQuery {
  /** Only later entries; null: the latest ones. */
  readonly since: number | null;
  readonly surface: string | null;
  /** Ids of the project that the caller acted in, and of the caller. */
  readonly project: string | null;
  readonly user: string | null;
  readonly limit: number;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** The `since` of the next query. */
  readonly next: number;
}

/** Bytes of all bodies that are kept for a replay; the oldest go first. */
const mostOriginalBytes = 16 * 1024 * 1024;

/** The last requests and their answers, in memory only. */
export class Journal {
  private kept: Kept[] = [];
  private newest = 0;
  private originalBytes = 0;

  constructor(
    private readonly size = 1_000,
    private readonly mostBytes = mostOriginalBytes,
  ) {}

  add(recorded: RecordedExchange, original?: OriginalRequest): JournalEntry {
    const entry = { id: ++this.newest, ...recorded };
    this.kept.push({ entry, original });
    this.originalBytes += original?.body.length ?? 0;
    if (this.kept.length > this.size) this.forget(this.kept.shift());
    for (let oldest = 0; this.originalBytes > this.mostBytes; oldest++) this.forget(this.kept[oldest]);
    return entry;
  }

  /** Oldest first. */
  read(query: JournalQuery): JournalPage {
    const { since, limit } = query;
    // A number from before a restart would otherwise hide everything.
    const after = since === null || since > this.newest ? 0 : since;
    const all = this.kept.map(({ entry }) => entry);
    const found = all.filter((entry) => entry.id > after && isOf(entry, query));
    const entries = since === null ? found.slice(-limit) : found.slice(0, limit);
    const isRest = entries.length === found.length || since === null;
    return { entries, next: isRest ? this.newest : (entries.at(-1)?.id ?? after) };
  }

  find(id: number): Readonly<Kept> | undefined {
    return this.kept.find(({ entry }) => entry.id === id);
  }

  /** Numbers continue, so that readers of the journal miss nothing. */
  clear(): void {
    this.kept = [];
    this.originalBytes = 0;
  }

  private forget(kept: Kept | undefined): void {
    this.originalBytes -= kept?.original?.body.length ?? 0;
    if (kept) kept.original = undefined;
  }
}

function isOf(entry: JournalEntry, { surface, project, user }: JournalQuery): boolean {
  return (
    (surface === null || entry.surface === surface) &&
    (project === null || entry.project === project) &&
    (user === null || entry.user === user)
  );
}
