/** Names in the spelling and the order in which they came; one that came twice stands there twice. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** What is known of data that is not kept. */
export interface OmittedData {
  readonly bytes: number;
  /** Left out where the data may be a secret that can be guessed. */
  readonly md5?: string;
  readonly sha256?: string;
  readonly sha512?: string;
}

/** At most one of `body` and `body_base64`; `data` for all that is not text. None of them: there was no body. */
export interface RecordedBody {
  readonly body?: string;
  readonly body_base64?: string;
  readonly data?: OmittedData;
}

export interface RecordedRequest extends RecordedBody {
  readonly method: string;
  /** As the client wrote it, below the proxy. */
  readonly target: string;
  readonly version: string;
  readonly headers: HeaderList;
}

export interface RecordedAnswer extends RecordedBody {
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
}

/** One line of a recording (docs/record-and-replay.md). Secrets stand in it as `${TOKEN:1}`, `${SECRET:1}`, `${ACCESS:1}`. */
export interface Exchange {
  /** In the order of arrival; lines are in the order in which answers ended. */
  readonly number: number;
  /** ISO 8601, when the request came. */
  readonly at: string;
  readonly milliseconds: number;
  readonly request: RecordedRequest;
  /** null: the service gave none. */
  readonly response: RecordedAnswer | null;
  /** Why it is not whole: such an exchange is not replayed. */
  readonly broken?: string;
}

/** The first line of a recording. */
export interface RecordingHead {
  readonly tagway_recording: 1;
  readonly began: string;
}
