import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { createParser } from 'eventsource-parser';
import { type HistoryItem, formatChange } from './change-format';
import { logIn, getJson, type RemoteSession, sendRequest, describeErrorResponse } from './session';

type Environment = Readonly<Record<string, string | undefined>>;

interface WatchOptions {
  readonly selector?: string;
  readonly after?: string;
  readonly json?: true;
}

/** ms before the first attempt to connect again; doubled up to the longest. */
const retry = { first: 500, longest: 15_000 };

/** `tagway watch`: changes of the project's tags as they happen, until it is interrupted. */
export function watchCommand(
  env: Environment,
  print: (text: string) => void,
  report: (line: string) => void,
): Command {
  return new Command('watch')
    .option('--selector <selector>', 'only images whose tags match, such as "env in (dev, test), !rc"')
    .option('--after <token>', 'go on after an event: the "id" that --json shows')
    .option('--json', 'one JSON document a line: { "id", "event" }, the event as the native API has it')
    .addHelpText('after', '\nIt logs in with OS_AUTH_URL, OS_USERNAME, … as openrc exports them.')
    .action(async (options: WatchOptions) => {
      const show = (id: string, data: string): void => {
        const event = JSON.parse(data) as { readonly data: HistoryItem };
        print(options.json ? JSON.stringify({ id, event }) : formatChange(event.data));
      };
      await new Watching(env, options, show, report).run();
    });
}

class Watching {
  private last: string | undefined;
  private session: RemoteSession | undefined;
  private pauseMs = retry.first;

  constructor(
    private readonly env: Environment,
    private readonly options: WatchOptions,
    private readonly show: (id: string, data: string) => void,
    private readonly report: (line: string) => void,
  ) {
    this.last = options.after;
  }

  /** Resumes after the last event that was shown. @throws Error when going on cannot help */
  async run(): Promise<never> {
    for (;;) {
      const fault = await this.connect().catch((error: unknown) => {
        if (this.session === undefined || error instanceof Final) throw error;
        return (error as Error).message;
      });
      this.report(`${fault}; connecting again`);
      await sleep(this.pauseMs);
      this.pauseMs = Math.min(this.pauseMs * 2, retry.longest);
    }
  }

  /** @returns why it ended */
  private async connect(): Promise<string> {
    this.session ??= await logIn(this.env);
    this.last ??= await this.now(this.session);
    const { url, token, projectId } = this.session;
    const { selector } = this.options;
    const query = new URLSearchParams(selector === undefined ? {} : { selector });
    const answer = await sendRequest(`${url}/tags/v1/projects/${projectId}/changes?${query.toString()}`, {
      headers: {
        'X-Auth-Token': token,
        Accept: 'text/event-stream',
        'Last-Event-ID': this.last,
      },
    });
    if (answer.status === 401) {
      this.session = await logIn(this.env);
      return 'the token has ended';
    }
    if (answer.status === 503 || answer.status === 429) return describeErrorResponse(answer);
    if (!answer.ok || answer.body === null) throw new Final(await describeErrorResponse(answer));
    await this.follow(answer.body);
    return 'the gateway has ended the stream';
  }

  /** The token of this moment, so that nothing is missed when the first connection is lost. */
  private async now(session: RemoteSession): Promise<string> {
    const path = `/tags/v1/projects/${session.projectId}/changes`;
    const { next } = await getJson<{ next: string }>(session, path);
    this.report(`watching the project ${session.projectId} at ${session.url}`);
    return next;
  }

  private async follow(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        this.pauseMs = retry.first;
        this.last = id ?? this.last;
        if (event === undefined) this.show(id ?? '', data);
      },
    });
    const decoder = new TextDecoder();
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  }
}

/** A refusal that stays: connecting again would be answered alike. */
class Final extends Error {}
