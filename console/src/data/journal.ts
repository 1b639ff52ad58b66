import type { JournalEntry, RecordedMessage } from '../../../src/admin/journal';
import { type Call, deleteCall, getCall } from './calls';
import { ask, bodyOf, ownCallHeader } from './exchange';
import type { Session } from './session';

/** One request, as `/admin/journal` has it. */
export type Entry = JournalEntry;
export type Message = RecordedMessage;

/** As many as the gateway keeps. */
export const mostEntries = 1000;

/** @param since null: the latest @throws ServerRefusal */
export async function readJournal(
  { token }: Session,
  since: number | null,
): Promise<{ entries: Entry[]; next: number }> {
  const path = `/admin/journal?limit=${String(mostEntries)}${since === null ? '' : `&since=${String(since)}`}`;
  return bodyOf(await ask(getCall(path), token)) as { entries: Entry[]; next: number };
}

/** @throws ServerRefusal */
export async function clearJournal({ token }: Session): Promise<void> {
  await ask(deleteCall('/admin/journal'), token);
}

export interface EntryFilter {
  /** '' for all */
  readonly surface: string;
  /** '2' for 2xx and so on; '' for all */
  readonly status: string;
  /** A part of the method or the target. */
  readonly text: string;
  /** Whether the console's own calls are shown. */
  readonly own: boolean;
}

export function matches(entry: Entry, { surface, status, text, own }: EntryFilter): boolean {
  return (
    (surface === '' || entry.surface === surface) &&
    String(entry.status).startsWith(status) &&
    `${entry.method} ${entry.target}`.toLowerCase().includes(text.toLowerCase()) &&
    (own || !isOwn(entry))
  );
}

/** Loading the page belongs to it as well. */
function isOwn({ request, surface }: Entry): boolean {
  return surface === 'console' || Object.hasOwn(request.headers, ownCallHeader);
}

/**
 * The request once more, with the present user's token. undefined: the journal does not have all of it: its body is cut
 * off, not text, or holds secrets that are masked.
 */
export function replayOf({ method, target, request }: Entry): Call | undefined {
  const { body, bytes, truncated, headers } = request;
  if (truncated || (body === null && bytes > 0)) return undefined;
  if (`${target} ${body ?? ''}`.includes('***')) return undefined;
  const mediaType = headers['content-type'];
  const text = body === null || body === '' ? {} : { text: body };
  return { method, path: target, ...text, ...(mediaType && { mediaType }), purpose: { kind: 'other' } };
}

const imagePath = /^\/v[12]\/(?:[0-9a-f]{32}\/)?(?:images|cloudimages)\/([0-9a-f-]{36})(?=[/?]|$)/;

/** The image that a request is about. */
export function imageOfTarget(target: string): string | undefined {
  return imagePath.exec(target)?.[1];
}
