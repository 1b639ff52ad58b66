import { hash } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { Unavailable } from '../../core/errors';
import type { Authentication } from '../authenticator';
import { type CacheStatistics, LookupCache } from '../lookup-cache';
import type { IdentityLog } from '../identity-log';
import type { KeystoneAnswer, KeystoneCall, KeystoneClient } from './client';
import { type KeystoneToken, parseKeystoneToken } from './documents';
import type { KeystoneSession } from './session';
import type { RoleNames } from '../roles';

export interface TokenValidationOptions {
  readonly roleNames: RoleNames;
  /** How long (seconds) a validated token is cached: a revoked one ends within it. 0: never. */
  readonly cacheSeconds: number;
}

/** Tokens kept at most, good ones and bad ones apart: a flood of bad ones must not push the good ones out. */
const cacheSize = 20_000;

/** How many seconds a token that Keystone has refused is refused here without a call. */
const refusedSeconds = 5;

const invalid: Authentication = { fault: 'token-invalid' };
const expired: Authentication = { fault: 'token-expired' };

/** Tokens that Keystone vouches for. Kept by their SHA-256, never in the clear. */
export class KeystoneTokens {
  private readonly known: LookupCache<KeystoneToken>;
  /** Accepted although expired, beside a service token. */
  private readonly outlived: LookupCache<KeystoneToken>;
  private readonly refused: LookupCache<true>;

  constructor(
    private readonly client: KeystoneClient,
    /** Absent: each token is validated with itself. */
    private readonly session: KeystoneSession | undefined,
    private readonly clock: Clock,
    private readonly log: IdentityLog,
    private readonly settings: TokenValidationOptions,
  ) {
    this.known = new LookupCache(clock, cacheSize, settings.cacheSeconds);
    this.outlived = new LookupCache(clock, cacheSize, settings.cacheSeconds);
    this.refused = new LookupCache(clock, cacheSize, refusedSeconds);
  }

  caches(): readonly CacheStatistics[] {
    return [this.known.facts('tokens'), this.refused.facts('refused-tokens')];
  }

  /** The token's caller. Its expiry is checked every time. @throws Unavailable */
  async authenticate(text: string): Promise<Authentication> {
    if (!isShowable(text)) return invalid;
    const key = hash('sha256', text, 'base64');
    const now = this.clock.now();
    if (this.refused.get(key, now)) return invalid;
    const token = this.known.get(key, now) ?? (await this.known.load(key, () => this.ask(text, key)));
    if (!token) return invalid;
    return this.clock.now() < token.expiresAt ? answerOf(token) : expired;
  }

  /**
   * The token's caller, expired or not: work that began with a good token may end with it when a service
   * vouches for it. How long Keystone allows that is its own setting.
   * @param serviceToken a good token of that service
   * @throws Unavailable
   */
  async authenticateOutlived(text: string, serviceToken: string): Promise<Authentication> {
    if (!isShowable(text)) return invalid;
    const key = hash('sha256', text, 'base64');
    const token =
      this.outlived.get(key, this.clock.now()) ??
      (await this.outlived.load(key, () => this.validate(text, '&allow_expired=1', serviceToken)));
    return token ? answerOf(token) : invalid;
  }

  private async ask(text: string, key: string): Promise<KeystoneToken | undefined> {
    const token = await this.validate(text, '', text);
    if (!token) await this.refused.load(key, () => Promise.resolve(true));
    return token;
  }

  /** @param fallback the token to ask with when there is no service user */
  private async validate(text: string, query: string, fallback: string): Promise<KeystoneToken | undefined> {
    const deadline = this.client.deadline();
    const call: KeystoneCall = {
      method: 'GET',
      path: `/auth/tokens?nocatalog${query}`,
      // Without it, Keystone knows no token that has access rules.
      headers: { 'x-subject-token': text, 'openstack-identity-access-rules': '1.0' },
    };
    const answer = this.session
      ? await this.session.call(call, deadline)
      : await this.client.call({ ...call, headers: { ...call.headers, 'x-auth-token': fallback } }, deadline);
    return this.read(answer);
  }

  private read(answer: KeystoneAnswer): KeystoneToken | undefined {
    // 404: no such token, or it has ended. 401 without a service user: the token itself was not taken.
    if (answer.status === 404 || answer.status === 401) return undefined;
    const token =
      answer.status === 200 ? parseKeystoneToken(answer.body, this.settings.roleNames) : undefined;
    if (token) return token;
    const message = `Keystone answered ${String(answer.status)} to the question for a token`;
    this.log.warn(message);
    throw new Unavailable(message, 'not-done');
  }
}

function answerOf({ caller, rules }: KeystoneToken): Authentication {
  return rules ? { caller, rules } : { caller };
}

/** Anything else is no token and must not be copied into another header. */
function isShowable(text: string): boolean {
  return /^[\x21-\x7e]{1,8192}$/.test(text);
}
