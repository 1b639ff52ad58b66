import type { Request } from 'express';
import { Refused } from '../../core/errors';
import { revisionsOf } from '../../core/guard';
import { callerOf } from '../../http/context';
import { guardOf } from '../../http/entity-tags';
import type { DialectParts } from '../dialect';
import { ProblemError } from './errors';
import { changeBody } from './responses';

/** Changes that a refusal lists. */
const mostChanges = 20;

/**
 * The result of `work`; where it was overtaken, the refusal lists who has changed what since the newest revision that
 * the caller knew.
 */
export async function withChangesSince<Result>(
  { history }: Pick<DialectParts, 'history'>,
  req: Request,
  imageId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.kind !== 'changed-meanwhile') throw error;
    const { revision } = error.refusal;
    const known = revisionsOf(guardOf(req.headers['if-match'])) ?? [];
    const last = Math.max(...known.filter((one) => one <= revision), -1);
    const projectId = callerOf(req).projectId ?? '';
    const changes =
      last < 0 || !history ? [] : await history.since({ projectId, imageId }, last, mostChanges);
    throw new ProblemError({
      name: 'changed-meanwhile',
      members: { current_revision: revision, changes: changes.map(changeBody) },
    });
  }
}
