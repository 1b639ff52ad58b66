import type { KeystoneUsers } from './users';
import type { AccessKeyFacts, AccessKeyStore, ExternalUserKeyStore, StoredAccessKey } from '../ports';

/** Adds its owner's data from Keystone to each access key. */
export class KeystoneAccessKeyStore implements AccessKeyStore {
  constructor(
    private readonly keys: ExternalUserKeyStore,
    private readonly people: KeystoneUsers,
  ) {}

  async findAccessKey(access: string): Promise<AccessKeyFacts | undefined> {
    const key = await this.keys.findAccessKey(access);
    const person = key && (await this.people.find(key.userId));
    return person && { ...key, ...person };
  }

  insertAccessKey(key: StoredAccessKey): Promise<boolean> {
    return this.keys.insertAccessKey(key);
  }

  updateAccessKey(key: StoredAccessKey): Promise<void> {
    return this.keys.updateAccessKey(key);
  }

  listAccessKeys(): Promise<readonly StoredAccessKey[]> {
    return this.keys.listAccessKeys();
  }

  setAccessKeyEnabled(access: string, enabled: boolean): Promise<boolean> {
    return this.keys.setAccessKeyEnabled(access, enabled);
  }

  deleteAccessKey(access: string): Promise<boolean> {
    return this.keys.deleteAccessKey(access);
  }
}
