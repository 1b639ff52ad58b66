import type { JournalEntry, RecordedMessage } from '../../src/admin/journal';
import { ask, bodyOf } from './exchange';
import type { Session } from './session';

/** One request, as `/admin/journal` tells it. */
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
  const exchange = await ask({ method: 'GET', path, purpose: { kind: 'other' } }, token);
  return bodyOf(exchange) as { entries: Entry[]; next: number };
}

export interface EntryFilter {
  /** '' for all */
  readonly surface: string;
  /** '2' for 2xx and so on; '' for all */
  readonly status: string;
  /** A part of the method or the target. */
  readonly text: string;
}

export function matches(entry: Entry, { surface, status, text }: EntryFilter): boolean {
  return (
    (surface === '' || entry.surface === surface) &&
    String(entry.status).startsWith(status) &&
    `${entry.method} ${entry.target}`.toLowerCase().includes(text.toLowerCase())
  );
}
