import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Clock, Instant } from '../../core/clock';
import { IdentityRefused } from '../errors';
import { isAccessKey } from '../ids';
import { type AccessKeyStore, type DirectoryStore, sealContext, type StoredAccessKey } from '../ports';
import type { SealingKeys } from '../sealing';

export interface AccessKey {
  readonly access: string;
  readonly userId: string;
  readonly projectId: string;
  readonly allProjects: boolean;
  readonly enabled: boolean;
  readonly temporary: boolean;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
}

export interface CreatedAccessKey {
  readonly access: string;
  /** Shown this once. */
  readonly secret: string;
  /** Shown this once; null for a permanent key. */
  readonly securityToken: string | null;
}

export interface AccessKeySeed {
  readonly access: string;
  readonly secret: string;
  readonly userId: string;
  readonly projectId: string;
  readonly allProjects?: boolean;
}

/** What a key is good for: the project that it is made for, or, in signed headers, every other one of its user, too. */
export type AccessKeyReach = 'project' | 'all-projects';

/** Pairs of access key and secret key. A secret is shown once, when it is made, and sealed at rest. */
export class AccessKeys {
  constructor(
    private readonly store: AccessKeyStore,
    private readonly directory: Pick<DirectoryStore, 'rolesIn'>,
    private readonly sealing: SealingKeys,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** @throws IdentityRefused when the user has no role in the project */
  async create(
    userId: string,
    projectId: string,
    reach: AccessKeyReach = 'project',
  ): Promise<CreatedAccessKey> {
    return this.make(userId, projectId, reach, null);
  }

  /** A key that counts only together with its security token, and until `expiresAt`. @throws as create */
  async createTemporary(
    userId: string,
    projectId: string,
    expiresAt: Instant,
    reach: AccessKeyReach = 'project',
  ): Promise<CreatedAccessKey> {
    return this.make(userId, projectId, reach, expiresAt);
  }

  /** Oldest first; secrets are not among it. */
  async list(): Promise<readonly AccessKey[]> {
    const keys = await this.store.listAccessKeys();
    return keys.map((key) => ({
      access: key.access,
      userId: key.userId,
      projectId: key.projectId,
      allProjects: key.allProjects,
      enabled: key.enabled,
      temporary: key.securityTokenHash !== null,
      expiresAt: key.expiresAt,
      createdAt: key.createdAt,
    }));
  }

  /** @throws IdentityRefused when there is no such key */
  async setEnabled(access: string, enabled: boolean): Promise<void> {
    await this.change(access, () => this.store.setAccessKeyEnabled(access, enabled));
  }

  /** @throws IdentityRefused when there is no such key */
  async delete(access: string): Promise<void> {
    await this.change(access, () => this.store.deleteAccessKey(access));
  }

  /**
   * A pair chosen by the operator. The same pair again changes nothing; another secret, user, project or reach is
   * taken over; whether it is enabled stays as it is.
   * @throws IdentityRefused when the access key's form, the user or the project is wrong
   */
  async ensure(seed: AccessKeySeed): Promise<void> {
    const { access, secret, userId, projectId, allProjects = false } = seed;
    if (!isAccessKey(access) || secret === '') throw invalidPair(access);
    await this.requireRole(userId, projectId);
    const key = { ...this.stored(access, secret, userId, projectId), allProjects };
    if (await this.store.insertAccessKey(key)) return;
    const before = await this.store.findAccessKey(access);
    if (
      before?.userId === userId &&
      before.projectId === projectId &&
      before.allProjects === allProjects &&
      this.secretOf(before).equals(bytes(secret))
    ) {
      return;
    }
    await this.change(access, () => this.store.updateAccessKey(key).then(() => true));
  }

  /** Whether there is such a key with this secret. */
  async has(access: string, secret: string): Promise<boolean> {
    const found = await this.store.findAccessKey(access);
    return found !== undefined && this.secretOf(found).equals(bytes(secret));
  }

  /** In the clear, for checking a signature. @throws Error when the master key is not the right one */
  secretOf({ access, secret }: Pick<StoredAccessKey, 'access' | 'secret'>): Buffer {
    return this.sealing.open(secret, sealContext.accessKey(access));
  }

  private async make(
    userId: string,
    projectId: string,
    reach: AccessKeyReach,
    expiresAt: Instant | null,
  ): Promise<CreatedAccessKey> {
    await this.requireRole(userId, projectId);
    const access = randomText(20, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
    const secret = randomText(40, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
    const securityToken = expiresAt === null ? null : randomBytes(64).toString('base64');
    const allProjects = reach === 'all-projects';
    const key = { ...this.stored(access, secret, userId, projectId), allProjects };
    const securityTokenHash = securityToken === null ? null : hashSecurityToken(securityToken);
    // 36^20 access keys: one that is taken already means that the random source is broken.
    if (!(await this.store.insertAccessKey({ ...key, securityTokenHash, expiresAt }))) {
      throw new Error('a random access key is taken');
    }
    return { access, secret, securityToken };
  }

  private stored(access: string, secret: string, userId: string, projectId: string): StoredAccessKey {
    return {
      access,
      secret: this.sealing.seal(bytes(secret), sealContext.accessKey(access)),
      userId,
      projectId,
      allProjects: false,
      enabled: true,
      securityTokenHash: null,
      expiresAt: null,
      createdAt: this.clock.now(),
    };
  }

  /** Refused early: a pair that can never be used would only puzzle its owner. */
  private async requireRole(userId: string, projectId: string): Promise<void> {
    const roles = await this.directory.rolesIn(projectId, userId);
    if (roles.length === 0) {
      throw new IdentityRefused(
        { kind: 'not-allowed', action: 'create_access_key' },
        `user ${userId} has no role in project ${projectId}, so no access key can be bound to both`,
      );
    }
  }

  private async change(access: string, step: () => Promise<boolean>): Promise<void> {
    try {
      if (await step()) return;
    } finally {
      this.changed();
    }
    throw new IdentityRefused(
      { kind: 'not-found', thing: 'access-key', id: access },
      `no access key ${access}`,
    );
  }
}

export function hashSecurityToken(securityToken: string): string {
  return createHash('sha256').update(securityToken).digest('hex');
}

function invalidPair(access: string): IdentityRefused {
  return new IdentityRefused(
    { kind: 'invalid', thing: 'access-key', field: 'access', fault: 'form' },
    `access key "${access}": needs 1 to 64 letters, digits, "_", "-" or "." and a secret that is not empty`,
  );
}

function bytes(secret: string): Buffer {
  return Buffer.from(secret, 'utf8');
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
