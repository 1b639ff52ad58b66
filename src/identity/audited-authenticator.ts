import type { AuditLog } from './audit-log';
import type { Authentication, Authenticator, Credentials } from './authenticator';
import { isSigned, readSignature } from './signature-header';

/** Tells the audit log of everybody who was not let in, and of every use of an access key. */
export class AuditedAuthenticator implements Authenticator {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly audit: AuditLog,
  ) {}

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    const signed = isSigned(credentials.headers);
    // The hot path: a token that holds is nobody's news.
    if ('caller' in found && !signed) return found;
    const accessKey = signed ? (readSignature(credentials.headers)?.access ?? null) : null;
    const address = credentials.address ?? null;
    if ('fault' in found) this.audit.record({ event: 'denied', fault: found.fault, accessKey }, address);
    else if (accessKey !== null) {
      const { userId, projectId } = found.caller;
      this.audit.record({ event: 'key-used', accessKey, userId, projectId }, address);
    }
    return found;
  }
}
