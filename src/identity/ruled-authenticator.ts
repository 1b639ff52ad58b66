import { isPermitted } from './access-rules';
import type { Authentication, Authenticator, Credentials } from './authenticator';

/** Holds who calls with a restricted application credential to its access rules, whatever they ask for. */
export class RuledAuthenticator implements Authenticator {
  constructor(private readonly authenticator: Authenticator) {}

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    if ('fault' in found || !found.rules || isPermitted(found.rules, credentials)) return found;
    return { fault: 'rule-missing' };
  }
}
