export interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

export class NoStream extends Error {
  constructor(readonly status: number) {
    super(`no stream: ${String(status)}`);
  }
}

/** Reads server-sent events as browsers do, one after the other. */
export class EventReader {
  private text = '';
  private readonly found: ServerEvent[] = [];

  private constructor(
    readonly headers: Headers,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly abort: AbortController,
  ) {}

  static async open(
    { url }: { readonly url: string },
    path: string,
    headers: Readonly<Record<string, string>> = {},
    abort = new AbortController(),
  ): Promise<EventReader> {
    const answer = await fetch(`${url}${path}`, {
      headers: { 'x-auth-token': 'alice', accept: 'text/event-stream', ...headers },
      signal: abort.signal,
    });
    if (answer.status !== 200 || !answer.body) {
      await answer.text();
      throw new NoStream(answer.status);
    }
    return new EventReader(answer.headers, answer.body.getReader(), abort);
  }

  /** @throws Error when the stream ends, or was closed */
  async next(): Promise<ServerEvent> {
    for (;;) {
      const [event] = this.found.splice(0, 1);
      if (event) return event;
      const { done, value } = await this.reader.read();
      if (done) throw new Error('the stream has ended');
      this.text += Buffer.from(value).toString('utf8');
      const blocks = this.text.split('\n\n');
      this.text = blocks.pop() ?? '';
      this.found.push(...blocks.flatMap(eventIn));
    }
  }

  close(): void {
    this.abort.abort();
  }
}

function eventIn(block: string): ServerEvent[] {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).trimStart()];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return [];
  return [{ event: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data }];
}
