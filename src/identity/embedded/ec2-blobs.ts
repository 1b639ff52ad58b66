import type { IdentityRefusal } from '../errors';
import type { UserCredential } from '../user-credential-ports';

export interface Ec2KeyPair {
  readonly access: string;
  readonly secret: string | null;
}

/** Ties a pair to a delegated right: set when it is made, never by the client. */
const ties = ['trust_id', 'app_cred_id', 'access_token_id', 'access_id'] as const;

/** undefined for what is no pair */
export function parseEc2KeyPair(blob: string): Ec2KeyPair | undefined {
  const { access, secret } = membersOf(blob) ?? {};
  if (typeof access !== 'string') return undefined;
  return { access, secret: typeof secret === 'string' ? secret : null };
}

export function validateNewCredentialBlob(wanted: Omit<UserCredential, 'id'>): IdentityRefusal | undefined {
  if (wanted.type.toLowerCase() !== 'ec2') return undefined;
  if (!membersOf(wanted.blob)) return invalid('form');
  if (!parseEc2KeyPair(wanted.blob)) return invalid('access');
  return wanted.projectId === null ? invalid('project') : undefined;
}

export function validateCredentialBlobChange(
  before: UserCredential,
  after: UserCredential,
): IdentityRefusal | undefined {
  const fault = validateNewCredentialBlob(after);
  if (fault || after.type.toLowerCase() !== 'ec2') return fault;
  const [old, given] = [membersOf(before.blob) ?? {}, membersOf(after.blob) ?? {}];
  const changed = ties.some((tie) => (old[tie] ?? null) !== (given[tie] ?? null));
  return changed ? invalid('tied') : undefined;
}

function membersOf(blob: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(blob);
    const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
    return isObject ? (read as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function invalid(fault: string): IdentityRefusal {
  return { kind: 'invalid', thing: 'credential', field: 'blob', fault };
}
