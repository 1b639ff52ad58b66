import { isPermittedByRules } from './access-rules';
import type { Authentication, Authenticator, Credentials } from './authenticator';

/** Enforces the access rules of restricted application credentials on every request. */
export class RuledAuthenticator implements Authenticator {
  constructor(private readonly authenticator: Authenticator) {}

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    if ('fault' in found || !found.rules || isPermittedByRules(found.rules, credentials)) return found;
    return { fault: 'rule-missing' };
  }
}
