import { getCall } from './calls';
import { ask, bodyOf, ServerRefusal } from './exchange';
import type { Session } from './session';

/** One change of an image's tags. */
export interface TagChange {
  readonly image: string;
  readonly revision: number;
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The revision that it undid or restored. */
  readonly reverts: number | null;
  readonly by: {
    readonly user_name: string;
    readonly dialect: string;
    readonly operation: string;
    readonly request_id: string | null;
  };
}

export interface HistoryPage {
  readonly items: readonly TagChange[];
  /** Where the next page begins; null: this is the last. */
  readonly next: string | null;
}

/** Of all images of the project; empty members do not restrict it. */
export interface HistoryFilter {
  readonly image: string;
  readonly key: string;
  readonly name: string;
  readonly user: string;
  readonly dialect: string;
  /** RFC 3339 */
  readonly since: string;
  readonly until: string;
}

/** `revision` undoes that change, `to` restores that state. */
export type Undo = { readonly revision: number } | { readonly to: number };

/** The tags as an undo would leave them, and the revision it was computed from. */
export interface UndoPreview {
  readonly revision: number;
  readonly tags: readonly string[];
}

const pageSize = 25;

const projectPath = ({ projectId }: Session): string => `/tags/v1/projects/${projectId}`;
const tagsPath = (session: Session, imageId: string): string =>
  `${projectPath(session)}/images/${encodeURIComponent(imageId)}/tags`;

/** Newest first. @param before a revision; '' begins with the newest @throws ServerRefusal */
export async function imageHistory(
  session: Session,
  imageId: string,
  before: string,
  signal: AbortSignal,
): Promise<HistoryPage> {
  const query = new URLSearchParams({ limit: String(pageSize), ...(before !== '' && { before }) });
  const call = getCall(`${tagsPath(session, imageId)}/history?${query.toString()}`);
  return bodyOf(await ask(call, session.token, signal)) as HistoryPage;
}

/** Newest first. @throws ServerRefusal */
export async function projectHistory(
  session: Session,
  filter: HistoryFilter,
  after: string,
  signal: AbortSignal,
): Promise<HistoryPage> {
  const given = Object.entries({ ...filter, after }).filter(([, value]) => value !== '');
  const query = new URLSearchParams([['limit', String(pageSize)], ...given]);
  const call = getCall(`${projectPath(session)}/history?${query.toString()}`);
  return bodyOf(await ask(call, session.token, signal)) as HistoryPage;
}

/** @param revision '' is the present @throws ServerRefusal 404 and 410 where the revision is not known */
export async function tagsAt(
  session: Session,
  imageId: string,
  revision: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = revision === '' ? '' : `?${new URLSearchParams({ revision }).toString()}`;
  const call = getCall(`${tagsPath(session, imageId)}${query}`);
  const found = bodyOf(await ask(call, session.token, signal)) as {
    tags: readonly { readonly name: string }[];
  };
  return found.tags.map(({ name }) => name);
}

/** The gateway records no history. Other 404s are about an image. */
export function isHistoryOff(error: Error): boolean {
  if (!(error instanceof ServerRefusal) || error.status !== 404) return false;
  return (bodyOf(error.exchange) as { type?: string }).type === '/problems/history-off';
}

/** Of a refusal by `If-Match`: what came between. */
export function changesSincePreview({ exchange }: ServerRefusal): readonly TagChange[] {
  const { changes } = bodyOf(exchange) as { changes?: readonly TagChange[] };
  return changes ?? [];
}

/** @throws ServerRefusal */
export async function previewUndo(
  session: Session,
  imageId: string,
  undo: Undo,
  signal: AbortSignal,
): Promise<UndoPreview> {
  const body = { ...undo, dry_run: true };
  const call = { ...undoCall(session, imageId), body };
  const found = bodyOf(await ask(call, session.token, signal)) as {
    revision: number;
    tags: readonly { readonly name: string }[];
  };
  return { revision: found.revision, tags: found.tags.map(({ name }) => name) };
}

/** Only from the state of the preview. @throws ServerRefusal 412 where the tags have changed since then */
export async function undoChange(
  session: Session,
  imageId: string,
  undo: Undo,
  { revision }: UndoPreview,
): Promise<void> {
  const headers = { 'If-Match': `"${String(revision)}"` };
  await ask({ ...undoCall(session, imageId), body: undo, headers }, session.token);
}

function undoCall(session: Session, imageId: string) {
  return {
    ...{ method: 'POST', path: `${tagsPath(session, imageId)}/revert` },
    purpose: { kind: 'other' } as const,
  };
}
