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

export interface Recorded {
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
  readonly request: RecordedMessage;
  readonly response: RecordedMessage;
}

export interface JournalEntry extends Recorded {
  /** Increases by one with each request. */
  readonly id: number;
}

export interface JournalQuery {
  /** Only later entries; null: the latest ones. */
  readonly since: number | null;
  readonly surface: string | null;
  readonly limit: number;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** The `since` of the next query. */
  readonly next: number;
}

/** The last requests and their answers, in memory only. */
export class Journal {
  private entries: JournalEntry[] = [];
  private newest = 0;

  constructor(private readonly size = 1_000) {}

  add(recorded: Recorded): void {
    this.entries.push({ id: ++this.newest, ...recorded });
    if (this.entries.length > this.size) this.entries.shift();
  }

  /** Oldest first. */
  read({ since, surface, limit }: JournalQuery): JournalPage {
    // A number from before a restart would otherwise hide everything.
    const after = since === null || since > this.newest ? 0 : since;
    const found = this.entries.filter((entry) => entry.id > after && isOf(entry, surface));
    const entries = since === null ? found.slice(-limit) : found.slice(0, limit);
    const isRest = entries.length === found.length || since === null;
    return { entries, next: isRest ? this.newest : (entries.at(-1)?.id ?? after) };
  }

  /** Numbers continue, so that readers of the journal miss nothing. */
  clear(): void {
    this.entries = [];
  }
}

function isOf(entry: JournalEntry, surface: string | null): boolean {
  return surface === null || entry.surface === surface;
}
