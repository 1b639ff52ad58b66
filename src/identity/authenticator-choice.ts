import type { Authentication, Authenticator, Credentials } from './authenticator';
import { hasSignature } from './signatures/header';

/** By signature when there is one, else by token. Access keys are always checked here, tokens perhaps elsewhere. */
export class AuthenticatorChoice implements Authenticator {
  constructor(
    private readonly byToken: Authenticator,
    private readonly bySignature: Authenticator,
  ) {}

  authenticate(credentials: Credentials): Promise<Authentication> {
    return (hasSignature(credentials.headers) ? this.bySignature : this.byToken).authenticate(credentials);
  }
}
