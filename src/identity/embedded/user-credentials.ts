import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock';
import type { EntityStore } from '../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../errors';
import { newId } from '../ids';
import { sealContext } from '../ports';
import type { SealingKeys } from '../sealing';
import type { StoredUserCredential, UserCredential, UserCredentialStore } from '../user-credential-ports';
import type { CallerWithToken } from './admin/caller-with-token';
import { isAllowedByPolicy, policyRefusal } from './admin/policy';
import {
  parseEc2KeyPair,
  type Ec2KeyPair,
  validateCredentialBlobChange,
  validateNewCredentialBlob,
} from './ec2-blobs';

export type NewUserCredential = Omit<UserCredential, 'id'>;

const thing = 'credential';

/**
 * Secrets that users keep here for other services. They give no access here: a pair of EC2 keys signs no request to
 * the gateway. A delegated right (an application credential, an access key) neither sees nor makes any.
 */
export class UserCredentials {
  constructor(
    private readonly store: UserCredentialStore,
    private readonly things: Pick<EntityStore, 'find'>,
    private readonly sealing: SealingKeys,
    private readonly clock: Clock,
  ) {}

  /** The caller's own, or all for callers that may see all. */
  async list(asker: CallerWithToken): Promise<ValueOrRefusal<readonly UserCredential[]>> {
    if (isDelegated(asker)) return { value: [] };
    const userId = isAllowedByPolicy(asker, 'list_credentials') ? undefined : asker.caller.userId;
    return { value: (await this.store.listUserCredentials(userId)).map((one) => this.opened(one)) };
  }

  async find(asker: CallerWithToken, id: string): Promise<ValueOrRefusal<UserCredential>> {
    const found = await this.store.findUserCredential(id);
    const refusal = policyRefusal(asker, 'get_credential', { owner: found?.userId }) ?? delegated(asker);
    if (refusal) return { refusal };
    return found ? { value: this.opened(found) } : missing(id);
  }

  async create(asker: CallerWithToken, wanted: NewUserCredential): Promise<ValueOrRefusal<UserCredential>> {
    const refusal =
      this.refusedFor(asker, wanted.userId, 'create_credential') ??
      validateNewCredentialBlob(wanted) ??
      (await this.missingOf(wanted));
    if (refusal) return { refusal };
    const pair = wanted.type.toLowerCase() === 'ec2' ? parseEc2KeyPair(wanted.blob) : undefined;
    return this.insert({ ...wanted, id: pair ? idOfAccess(pair.access) : newId() });
  }

  async update(
    asker: CallerWithToken,
    id: string,
    changes: Partial<NewUserCredential>,
  ): Promise<ValueOrRefusal<UserCredential>> {
    const stored = await this.store.findUserCredential(id);
    const before = this.refusedFor(asker, stored?.userId, 'update_credential');
    if (before) return { refusal: before };
    if (!stored) return missing(id);
    const old = this.opened(stored);
    const after = { ...old, ...changes };
    const refusal =
      // A caller must not give a credential to a user for whom it could not make one.
      this.refusedFor(asker, after.userId, 'update_credential') ??
      validateCredentialBlobChange(old, after) ??
      (await this.missingOf(after));
    if (refusal) return { refusal };
    return (await this.store.updateUserCredential(this.sealed(after))) ? { value: after } : missing(id);
  }

  async delete(asker: CallerWithToken, id: string): Promise<ValueOrRefusal<void>> {
    const stored = await this.store.findUserCredential(id);
    const refusal = this.refusedFor(asker, stored?.userId, 'delete_credential');
    if (refusal) return { refusal };
    return (await this.store.deleteUserCredential(id)) ? { value: undefined } : missing(id);
  }

  /** A user's pairs of EC2 keys. */
  async listPairs(asker: CallerWithToken, userId: string): Promise<ValueOrRefusal<readonly Ec2Credential[]>> {
    const refusal = await this.refusedPairs(asker, userId, 'ec2_list_credentials');
    if (refusal) return { refusal };
    const all = (await this.store.listUserCredentials(userId)).map((one) => this.opened(one));
    return { value: all.flatMap((one) => ec2CredentialOf(one) ?? []) };
  }

  async createPair(
    asker: CallerWithToken,
    userId: string,
    projectId: string,
  ): Promise<ValueOrRefusal<Ec2Credential>> {
    const refusal =
      (await this.refusedPairs(asker, userId, 'ec2_create_credential')) ??
      (await this.missingOf({ userId, projectId }));
    if (refusal) return { refusal };
    const [access, secret] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    const blob = JSON.stringify({ access, secret, trust_id: null });
    const made = await this.insert({ id: idOfAccess(access), userId, projectId, type: 'ec2', blob });
    return 'refusal' in made ? made : { value: { userId, projectId, access, secret } };
  }

  /** Of whichever user, for those who see all: as in Keystone, the user who is named must only be there. */
  async findPair(
    asker: CallerWithToken,
    userId: string,
    access: string,
  ): Promise<ValueOrRefusal<Ec2Credential>> {
    const stored = await this.store.findUserCredential(idOfAccess(access));
    const refusal = policyRefusal(asker, 'ec2_get_credential', { owner: stored?.userId }) ?? delegated(asker);
    return refusal ? { refusal } : this.pairOf(stored, userId, access);
  }

  async deletePair(asker: CallerWithToken, userId: string, access: string): Promise<ValueOrRefusal<void>> {
    const stored = await this.store.findUserCredential(idOfAccess(access));
    const refusal =
      policyRefusal(asker, 'ec2_delete_credential', { owner: stored?.userId }) ?? delegated(asker);
    const pair = refusal ? { refusal } : await this.pairOf(stored, userId, access);
    if ('refusal' in pair) return pair;
    const id = idOfAccess(access);
    return (await this.store.deleteUserCredential(id)) ? { value: undefined } : missing(id);
  }

  private async pairOf(
    stored: StoredUserCredential | undefined,
    userId: string,
    access: string,
  ): Promise<ValueOrRefusal<Ec2Credential>> {
    const pair = stored && ec2CredentialOf(this.opened(stored));
    if (!pair) return missing(idOfAccess(access));
    const refusal = await this.missingOf({ userId, projectId: null });
    return refusal ? { refusal } : { value: pair };
  }

  private async insert(credential: UserCredential): Promise<ValueOrRefusal<UserCredential>> {
    const kept = await this.store.insertUserCredential(this.sealed(credential), this.clock.now());
    if (kept) return { value: credential };
    return { refusal: { kind: 'exists', thing, name: credential.id, by: 'id' } };
  }

  private refusedFor(
    asker: CallerWithToken,
    owner: string | undefined,
    action: string,
  ): IdentityRefusal | undefined {
    return policyRefusal(asker, action, { owner }) ?? delegated(asker);
  }

  private async refusedPairs(
    asker: CallerWithToken,
    userId: string,
    action: string,
  ): Promise<IdentityRefusal | undefined> {
    const refusal = policyRefusal(asker, action, { owner: userId }) ?? delegated(asker);
    return refusal ?? (await this.missingOf({ userId, projectId: null }));
  }

  /** Its user and project must exist. */
  private async missingOf({
    userId,
    projectId,
  }: Pick<UserCredential, 'userId' | 'projectId'>): Promise<IdentityRefusal | undefined> {
    if (!(await this.things.find('user', userId))) return { kind: 'not-found', thing: 'user', id: userId };
    if (projectId === null || (await this.things.find('project', projectId))) return undefined;
    return { kind: 'not-found', thing: 'project', id: projectId };
  }

  private sealed({ blob, ...credential }: UserCredential): StoredUserCredential {
    const context = sealContext.userCredential(credential.id);
    return { ...credential, secret: this.sealing.seal(Buffer.from(blob), context) };
  }

  private opened({ secret, ...credential }: StoredUserCredential): UserCredential {
    const context = sealContext.userCredential(credential.id);
    return { ...credential, blob: this.sealing.open(secret, context).toString('utf8') };
  }
}

export interface Ec2Credential extends Ec2KeyPair {
  readonly userId: string;
  readonly projectId: string | null;
}

function ec2CredentialOf({ type, blob, userId, projectId }: UserCredential): Ec2Credential | undefined {
  const pair = type === 'ec2' ? parseEc2KeyPair(blob) : undefined;
  return pair && { userId, projectId, ...pair };
}

function idOfAccess(access: string): string {
  return createHash('sha256').update(access).digest('hex');
}

function isDelegated({ token }: CallerWithToken): boolean {
  return !token || token.credential !== null;
}

function delegated(asker: CallerWithToken): IdentityRefusal | undefined {
  return isDelegated(asker) ? { kind: 'credentials-delegated' } : undefined;
}

function missing(id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing, id } };
}
