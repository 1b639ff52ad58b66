import type { IdentityRefusal } from '../../errors';
import type { CallerWithToken, Target } from './asker';
import { policies } from './policies';

/** By Keystone's default policy. */
export function may(asker: CallerWithToken, action: string, target: Target = {}): boolean {
  const policy = policies[action];
  if (!policy) throw new Error(`no policy says who may ${action}`);
  return policy.scopes.includes(asker.caller.scope) && policy.may(asker, target);
}

export function refused(
  asker: CallerWithToken,
  action: string,
  target: Target = {},
): IdentityRefusal | undefined {
  return may(asker, action, target) ? undefined : { kind: 'not-allowed', action };
}
