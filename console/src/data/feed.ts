import { createParser } from 'eventsource-parser';
import { getCall } from './calls';
import { ask, bodyOf, headersOf, ServerRefusal, tokenRefused } from './exchange';
import type { TagChange } from './history';
import type { Session } from './session';

/** The events of the feed that arrive, and the place behind each. */
export interface FeedReader {
  /** The gateway has accepted the request: what comes from now on is shown. */
  readonly onOpen: () => void;
  /** @param change null: nothing has happened, but `token` is a later place */
  readonly onPlace: (token: string, change: TagChange | null) => void;
}

const changesPath = ({ projectId }: Session): string => `/tags/v1/projects/${projectId}/changes`;

/** The place in the feed that is now. @throws ServerRefusal 400 where the selector has a mistake */
export async function feedNow(session: Session, selector: string, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({ limit: '1', ...(selector !== '' && { selector }) });
  const call = getCall(`${changesPath(session)}?${query.toString()}`);
  return (bodyOf(await ask(call, session.token, signal)) as { next: string }).next;
}

/**
 * Reads server-sent events until the stream ends. `EventSource` cannot send the token's header.
 * @param after a place of the feed
 * @throws ServerRefusal 410 when the feed cannot go on from there @throws Error when the connection is lost
 */
export async function followFeed(
  session: Session,
  place: { readonly selector: string; readonly after: string },
  reader: FeedReader,
  signal: AbortSignal,
): Promise<void> {
  const { selector, after } = place;
  const query = new URLSearchParams({ after, ...(selector !== '' && { selector }) });
  const path = `${changesPath(session)}?${query.toString()}`;
  const headers = headersOf(session.token, { Accept: 'text/event-stream' });
  const response = await fetch(path, { headers, cache: 'no-store', signal });
  if (!response.ok || !response.body) throw await refusalOf(path, response, session);
  reader.onOpen();
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (id === undefined) return;
      reader.onPlace(id, event === 'bookmark' ? null : (JSON.parse(data) as { data: TagChange }).data);
    },
  });
  const texts = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await texts.read(); !part.done; part = await texts.read()) parser.feed(part.value);
}

async function refusalOf(path: string, response: Response, { token }: Session): Promise<ServerRefusal> {
  const { status } = response;
  if (status === 401 && token !== null) dispatchEvent(new Event(tokenRefused));
  const answer = { status, headers: [...response.headers], body: await response.text(), milliseconds: 0 };
  return new ServerRefusal({ call: getCall(path), answer });
}
