import type { Authentication, Authenticator, Credentials } from '../authenticator';
import { shownToken } from './shown-token';
import type { Tokens } from './tokens';

/** Identifies the caller by the token in the header that OpenStack clients send. */
export class TokenAuthenticator implements Authenticator {
  constructor(private readonly tokens: Tokens) {}

  async authenticate({ headers }: Credentials): Promise<Authentication> {
    const token = shownToken(headers);
    return token === '' ? { fault: 'missing' } : this.tokens.authenticate(token);
  }
}
