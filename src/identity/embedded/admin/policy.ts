import type { IdentityRefusal } from '../../errors';
import type { CallerWithToken, PolicyTarget } from './caller-with-token';
import { keystonePolicies } from './policies';

/** By Keystone's default policy. */
export function isAllowedByPolicy(
  asker: CallerWithToken,
  action: string,
  target: PolicyTarget = {},
): boolean {
  const policy = keystonePolicies[action];
  if (!policy) throw new Error(`no policy says who may ${action}`);
  return policy.scopes.includes(asker.caller.scope) && policy.may(asker, target);
}

export function policyRefusal(
  asker: CallerWithToken,
  action: string,
  target: PolicyTarget = {},
): IdentityRefusal | undefined {
  return isAllowedByPolicy(asker, action, target) ? undefined : { kind: 'not-allowed', action };
}
