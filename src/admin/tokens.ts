import type { Request, Router } from 'express';
import { requireCaller } from '../http/context';
import { throwInvalidRequest } from '../http/schema-parts';
import { readOptionalJsonBody } from './optional-body';
import { refuseOtherMethods } from './other-methods';

/** Expires all tokens that the owner has now (null: anybody, anywhere), except those of one user. */
export type ExpireTokens = (owner: {
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly exceptUserId: string;
}) => void;

/** @param expire null: another service makes the tokens */
export function routeAdminTokens(routes: Router, expire: ExpireTokens | null): void {
  routes
    .route('/admin/tokens/expire')
    .post(readOptionalJsonBody, (req, res) => {
      const owner = ownerIn(req);
      if (!expire) throw new TokensIssuedElsewhere();
      expire({ ...owner, exceptUserId: requireCaller(req).userId });
      res.status(204).end();
    })
    .all(refuseOtherMethods('POST'));
}

export class TokensIssuedElsewhere extends Error {
  override readonly name = 'TokensElsewhere';
  readonly refusal = { kind: 'tokens-elsewhere' };
}

function ownerIn({ body }: Request): { userId: string | null; projectId: string | null } {
  const given: unknown = body ?? {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return throwInvalidRequest('body', 'type', 'must be a JSON object');
  }
  for (const [member, value] of Object.entries(given)) {
    if (member !== 'user' && member !== 'project') {
      throwInvalidRequest(member, 'unknown', 'is unknown: only user and project are taken');
    }
    if (value !== null && typeof value !== 'string') throwInvalidRequest(member, 'text', 'must be an id');
  }
  const { user = null, project = null } = given as { user?: string | null; project?: string | null };
  return { userId: user, projectId: project };
}
