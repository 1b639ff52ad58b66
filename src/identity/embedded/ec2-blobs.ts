import type { IdentityRefusal } from '../errors';
import type { UserCredential } from '../user-credential-ports';

export interface Ec2Pair {
  readonly access: string;
  readonly secret: string | null;
}

/** Ties a pair to a delegated right: set when it is made, never by the client. */
const ties = ['trust_id', 'app_cred_id', 'access_token_id', 'access_id'] as const;

/** undefined for what is no pair */
export function ec2Pair(blob: string): Ec2Pair | undefined {
  const { access, secret } = membersOf(blob) ?? {};
  if (typeof access !== 'string') return undefined;
  return { access, secret: typeof secret === 'string' ? secret : null };
}

export function faultOfNewBlob(wanted: Omit<UserCredential, 'id'>): IdentityRefusal | undefined {
  if (wanted.type.toLowerCase() !== 'ec2') return undefined;
  if (!membersOf(wanted.blob)) return invalid('form');
  if (!ec2Pair(wanted.blob)) return invalid('access');
  return wanted.projectId === null ? invalid('project') : undefined;
}

export function faultOfBlob(before: UserCredential, after: UserCredential): IdentityRefusal | undefined {
  const fault = faultOfNewBlob(after);
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
