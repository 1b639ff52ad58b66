import type { WantedRule } from '../../identity/embedded/access-rules';

/** Keystone's own bound is the length of the body; each request of the credential is held against all of them. */
const mostRules = 100;

const id = /^[a-zA-Z0-9-]{1,64}$/;

/** Keystone's schema of each member. */
const forms: Readonly<Record<keyof WantedRule, RegExp>> = {
  id,
  service: id,
  method: /^(?:POST|GET|HEAD|PATCH|PUT|DELETE)$/,
  path: /^\/[^\0]{0,224}$/u,
};

/** @throws Error whose message is for the sender; it holds nothing of what was sent (divergence K1) */
export function requireValidAccessRules(rules: readonly unknown[]): true {
  if (rules.length > mostRules) throw new Error(`At most ${String(mostRules)} access rules are taken`);
  for (const [at, rule] of rules.entries()) {
    const fault = faultOf(rule);
    if (fault)
      throw new Error(`Invalid input for field 'access_rules/${String(at)}${fault.in}': ${fault.is}`);
  }
  return true;
}

function faultOf(rule: unknown): { readonly in: string; readonly is: string } | undefined {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    return { in: '', is: "not of type 'object'" };
  }
  for (const [name, value] of Object.entries(rule)) {
    const form = Object.hasOwn(forms, name) ? forms[name as keyof WantedRule] : undefined;
    if (!form) return { in: '', is: 'additional properties are not allowed' };
    if (typeof value !== 'string') return { in: `/${name}`, is: "not of type 'string'" };
    if (!form.test(value) || !value.isWellFormed()) return { in: `/${name}`, is: 'does not match its form' };
  }
  return undefined;
}
