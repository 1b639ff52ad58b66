import type { Caller } from '../core/caller';
import type { Authentication, Authenticator } from './authenticator';
import { type RoleNames, standingOf, withImplied } from './roles';

/** For throw-away use: whoever calls, and whatever is shown, it is always the same caller of the same project. */
export class Everybody implements Authenticator {
  private readonly answer: Promise<Authentication>;

  constructor(projectId: string, roles: readonly string[], names: RoleNames) {
    const caller: Caller = Object.freeze({
      userId: 'anybody',
      userName: 'anybody',
      scope: 'project',
      projectId,
      roles: withImplied(roles),
      standing: standingOf(roles, names),
    });
    this.answer = Promise.resolve({ caller });
  }

  authenticate(): Promise<Authentication> {
    return this.answer;
  }
}
