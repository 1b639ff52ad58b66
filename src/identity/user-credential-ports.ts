import type { Instant } from '../core/clock';
import type { SealedSecret } from './secret-ports';

/** A secret that a user keeps here for other services: a pair of EC2 keys, a certificate, a seed for one-time passwords. */
export interface UserCredential {
  readonly id: string;
  readonly userId: string;
  readonly projectId: string | null;
  readonly type: string;
  /** The secret itself, as text. */
  readonly blob: string;
}

/** The blob is kept sealed, bound to the id. */
export type StoredUserCredential = Omit<UserCredential, 'blob'> & { readonly secret: SealedSecret };

export interface UserCredentialStore {
  /** false when the id is taken */
  insertUserCredential(credential: StoredUserCredential, at: Instant): Promise<boolean>;
  findUserCredential(id: string): Promise<StoredUserCredential | undefined>;
  /** Of all users unless one is named; in the order in which they were made. */
  listUserCredentials(userId?: string): Promise<readonly StoredUserCredential[]>;
  /** false when it is gone */
  updateUserCredential(credential: StoredUserCredential): Promise<boolean>;
  deleteUserCredential(id: string): Promise<boolean>;
}
