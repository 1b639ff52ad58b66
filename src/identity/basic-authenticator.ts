import { hash } from 'node:crypto';
import type { Clock } from '../core/clock';
import type { Authentication, Authenticator, Credentials } from './authenticator';
import { LookupCache } from './lookup-cache';
import type { LoginService, LoginProof } from './embedded/login';
import type { UserScopes } from './embedded/user-scopes';
import { defaultDomain } from './ids';
import type { TokenService } from './tokens/tokens';

/** A login is cached for so many seconds, since checking a password is expensive on purpose. */
const loginSeconds = 60;
const cacheSize = 1_000;

const invalid: Authentication = { fault: 'token-invalid' };

/**
 * Identifies the caller by `Authorization: Basic`, for clients with the auth type `http_basic`. They name no project,
 * so the user must be in exactly one. A token beside it decides alone.
 */
export class BasicAuthenticator implements Authenticator {
  private readonly logins: LookupCache<string>;

  constructor(
    private readonly login: LoginService,
    private readonly scopes: Pick<UserScopes, 'projectIds'>,
    private readonly tokens: TokenService,
    private readonly clock: Clock,
    private readonly otherwise: Authenticator,
  ) {
    this.logins = new LookupCache(clock, cacheSize, loginSeconds);
  }

  async authenticate(credentials: Credentials): Promise<Authentication> {
    const proof = basicProof(credentials.headers);
    if (!proof) return this.otherwise.authenticate(credentials);
    const key = hash('sha256', credentials.headers['authorization'] ?? '', 'base64');
    const load = (): Promise<string | undefined> =>
      this.logins.load(key, () => this.signIn(proof, credentials.address));
    const found = await this.through(this.logins.get(key, this.clock.now()) ?? (await load()));
    if (!('fault' in found) || found.fault !== 'token-expired') return found;
    // The client has no part in this token.
    this.logins.clear();
    return this.through(await load());
  }

  /** Through the token, so that a new password, a disabled user or a lost role ends it as it ends any. */
  private async through(token: string | undefined): Promise<Authentication> {
    return token === undefined ? invalid : this.tokens.authenticate(token);
  }

  private async signIn(proof: LoginProof, address: string | undefined): Promise<string | undefined> {
    const unscoped = await this.login.login({ proofs: [proof], scope: { kind: 'none' } }, address);
    if ('refusal' in unscoped) return undefined;
    const { text, token } = unscoped.value;
    const [id, another] = await this.scopes.projectIds(token.user.id);
    if (id === undefined || another !== undefined) return undefined;
    const scope = { kind: 'project', project: { id } } as const;
    const scoped = await this.login.login({ proofs: [{ method: 'token', token: text }], scope });
    return 'refusal' in scoped ? undefined : scoped.value.text;
  }
}

function basicProof(headers: Credentials['headers']): LoginProof | undefined {
  if (headers['x-auth-token'] !== undefined) return undefined;
  const [, encoded] = /^Basic +([0-9A-Za-z+/=]+)$/i.exec(headers['authorization'] ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 1) return undefined;
  const user = { name: text.slice(0, at), domain: { id: defaultDomain } };
  return { method: 'password', user, password: text.slice(at + 1) };
}
