import type { Request } from 'express';
import { Refused } from '../../core/errors';
import { revisionsAllowedByGuard } from '../../core/guard';
import { requireCaller } from '../../http/context';
import { parseIfMatch } from '../../http/entity-tags';
import type { DialectDeps } from '../dialect';
import { ProblemError } from './errors';
import { changeBody } from './responses';

/** Changes that a refusal lists. */
const mostChanges = 20;

/**
 * The result of `work`; where it was overtaken, the refusal lists who has changed what since the newest revision that
 * the caller knew.
 */
export async function withConflictDetails<Result>(
  { history }: Pick<DialectDeps, 'history'>,
  req: Request,
  imageId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { refusal } = error;
    if (refusal.kind !== 'changed-meanwhile' && refusal.kind !== 'stale-list') throw error;
    const last = refusal.kind === 'stale-list' ? refusal.shownRevision : newestKnown(req, refusal.revision);
    const projectId = requireCaller(req).projectId ?? '';
    const changes =
      last < 0 || !history ? [] : await history.since({ projectId, imageId }, last, mostChanges);
    const shown = refusal.kind === 'stale-list' && { shown_revision: refusal.shownRevision };
    throw new ProblemError({
      name: refusal.kind,
      members: { current_revision: refusal.revision, ...shown, changes: changes.map(changeBody) },
    });
  }
}

/** @returns -1 if none of those in If-Match can have been */
function newestKnown(req: Request, revision: number): number {
  const known = revisionsAllowedByGuard(parseIfMatch(req.headers['if-match'])) ?? [];
  return Math.max(...known.filter((one) => one <= revision), -1);
}
