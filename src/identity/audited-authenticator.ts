import type { Observe } from '../core/observe';
import type { AuditObservation } from './audit';
import type { Authentication, Authenticator, Credentials } from './authenticator';
import { hasSignature, readSignature } from './signatures/header';

/**
 * Reports every refusal to the audit. Accepted callers, and their access keys, are in the log line of the request: a
 * second line for each would cost a signed request a third of its time.
 */
export class AuditedAuthenticator implements Authenticator {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly observe: Observe<AuditObservation>,
  ) {}

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const found = await this.authenticator.authenticate(credentials);
    if ('caller' in found) return found;
    const { headers, address = null } = credentials;
    const accessKey = hasSignature(headers) ? (readSignature(headers)?.access ?? null) : null;
    this.observe({ kind: 'audit', event: { event: 'denied', fault: found.fault, accessKey }, address });
    return found;
  }
}
