import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { sealContext, type TokenStore } from '../ports';
import type { SealingKeys } from '../sealing';
import type { TokenSigningKey } from './codec';

/** An unknown key id is looked up this often at most (ms): a client can make one up. */
const reloadIntervalMs = 1_000;

/** Another gateway, or a command, may have made a newer key: the newest is looked up this often at most (ms). */
const freshness = 60_000;

/** The keys that sign tokens, shared through the database by all gateways on it. The newest signs. */
export class TokenKeys {
  private keys: ReadonlyMap<string, TokenSigningKey> = new Map();
  private newest: TokenSigningKey | undefined;
  private loadedAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly store: TokenStore,
    private readonly sealing: SealingKeys,
    private readonly clock: Clock,
  ) {}

  /** Makes the first key when no key exists. Two gateways may do so at once: both keys then count. */
  async signing(): Promise<TokenSigningKey> {
    if (performance.now() - this.loadedAt > freshness) await this.load();
    if (!this.newest) await this.rotate();
    if (!this.newest) throw new Error('a token key was made and is not there');
    return this.newest;
  }

  async find(id: string): Promise<TokenSigningKey | undefined> {
    const known = this.keys.get(id);
    if (known || performance.now() - this.loadedAt < reloadIntervalMs) return known;
    await this.load();
    return this.keys.get(id);
  }

  /** Signs with a new key from now on; tokens of the older ones stay good. */
  async rotate(): Promise<void> {
    const id = randomBytes(4).toString('hex');
    const secret = this.sealing.seal(randomBytes(32), sealContext.tokenKey(id));
    await this.store.insertTokenKey({ id, secret, createdAt: this.clock.now() });
    await this.load();
  }

  private load(): Promise<void> {
    this.loading ??= this.read().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async read(): Promise<void> {
    const stored = await this.store.tokenKeys();
    const keys = stored.map(({ id, secret }) => ({
      id,
      secret: this.sealing.open(secret, sealContext.tokenKey(id)),
    }));
    this.keys = new Map(keys.map((key) => [key.id, key]));
    this.newest = keys[0];
    this.loadedAt = performance.now();
  }
}
