import type { Authentication, Authenticator, Credentials } from '../authenticator';
import { readTokenHeader } from './token-header';
import type { TokenService } from './tokens';

/** Identifies the caller by the token in the header that OpenStack clients send. */
export class TokenAuthenticator implements Authenticator {
  constructor(private readonly tokens: TokenService) {}

  async authenticate({ headers }: Credentials): Promise<Authentication> {
    const token = readTokenHeader(headers);
    return token === '' ? { fault: 'missing' } : this.tokens.authenticate(token);
  }
}
