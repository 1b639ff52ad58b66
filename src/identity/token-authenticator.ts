import type { Authentication, Authenticator, Credentials } from './authenticator';
import type { Tokens } from './tokens';

/** Tells who calls by the token in the header that OpenStack clients send. */
export class TokenAuthenticator implements Authenticator {
  constructor(private readonly tokens: Tokens) {}

  async authenticate({ headers }: Credentials): Promise<Authentication> {
    // The other two spellings are what Glance's own middleware takes as well.
    const text = headers['x-auth-token'] ?? headers['x_auth_token'] ?? headers['x-storage-token'];
    const token = text?.trim() ?? '';
    return token === '' ? { fault: 'missing' } : this.tokens.authenticate(token);
  }
}
