import type { Authentication, Authenticator, Credentials } from '../authenticator';
import type { KeystoneTokens } from './tokens';
import { readTokenHeader } from '../tokens/token-header';

/** A role that makes a token one of a service. */
const serviceRole = 'service';

/**
 * Identifies the caller by a Keystone token. Only the headers of the token and the service token are read: what a
 * client claims in `X-Roles`, `X-Project-Id` and the like never counts.
 */
export class KeystoneAuthenticator implements Authenticator {
  constructor(private readonly tokens: KeystoneTokens) {}

  async authenticate({ headers }: Credentials): Promise<Authentication> {
    const token = readTokenHeader(headers);
    if (token === '') return { fault: 'missing' };
    const found = await this.tokens.authenticate(token);
    // A bad service token does not matter beside a good token, so it is checked last.
    const serviceToken = headers['x-service-token']?.trim() ?? '';
    if ('caller' in found || serviceToken === '') return found;
    const service = await this.tokens.authenticate(serviceToken);
    if ('fault' in service || !service.caller.roles.includes(serviceRole)) return found;
    return this.tokens.authenticateOutlived(token, serviceToken);
  }
}
