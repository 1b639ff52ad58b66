import { hash, randomBytes } from 'node:crypto';
import type { Caller } from '../../core/caller';
import type { Clock, Instant } from '../../core/clock';
import type { Authentication } from '../authenticator';
import type { AuthFault, IdentityRefusal, ValueOrRefusal } from '../errors';
import type { LookupCache } from '../lookup-cache';
import type {
  ApplicationCredential,
  Domain,
  ProjectInDomain,
  UserInDomain,
  TokenFacts,
  TokenStore,
} from '../ports';
import type { Role } from '../role-ports';
import type { RoleGraph } from '../role-graph';
import { type RoleNames, accessLevel } from '../roles';
import { fromUnixSeconds, toUnixSeconds } from '../time';
import { rolesHeldByToken, roleLossKey } from './held-roles';
import { readTokenKeyId, decodeToken, encodeToken, type TokenMethod, type TokenPayload } from './codec';
import { ForcedTokenExpiry, type TokenOwner } from './expired-tokens';
import type { TokenKeys } from './keys';

/** A token that holds, with what was looked up for it. */
export interface Token {
  readonly payload: TokenPayload;
  readonly methods: readonly TokenMethod[];
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly user: UserInDomain;
  /** Of the user alone: what a further token that is made with this one goes by. */
  readonly userEpoch: number;
  readonly project: ProjectInDomain | null;
  /** That the token is for; null unless it is for one. */
  readonly domain: Domain | null;
  /** With those that they imply. */
  readonly roles: readonly Role[];
  readonly credential: ApplicationCredential | null;
  readonly caller: Caller;
}

/** A cached token: the answer to requests with it, made once. */
export interface CachedToken {
  readonly expiresAt: Instant;
  readonly token: Token | null;
  readonly answer: Authentication;
}

export interface NewTokenRequest {
  readonly scope: TokenPayload['scope'];
  readonly methods: readonly TokenMethod[];
  readonly userId: string;
  /** Of the user when authenticated. */
  readonly epoch: number;
  readonly projectId: string | null;
  readonly domainId: string | null;
  readonly parent: TokenPayload | null;
  readonly credential: ApplicationCredential | null;
}

const expired: Authentication = { fault: 'token-expired' };
const invalid: Authentication = { fault: 'token-invalid' };

/** Makes, reads and revokes tokens. Whether a token holds is decided in one place, `describe`. */
export class TokenService {
  /** The tokens that callers were made of; weak, so only for callers still in use. */
  private readonly shown = new WeakMap<Caller, Token>();
  private readonly expired = new ForcedTokenExpiry();

  constructor(
    private readonly store: TokenStore,
    private readonly keys: TokenKeys,
    private readonly graph: RoleGraph,
    private readonly cache: LookupCache<CachedToken>,
    private readonly clock: Clock,
    private readonly settings: { readonly lifetime: number; readonly roleNames: RoleNames },
  ) {}

  /** The token's caller. The hot path: one hash, one cache look-up, two comparisons. */
  async authenticate(text: string): Promise<Authentication> {
    const now = this.clock.now();
    const key = hash('sha256', text, 'base64');
    const seen = this.cache.get(key, now) ?? (await this.look(text, key, now));
    if (!seen) return invalid;
    return now < seen.expiresAt ? seen.answer : expired;
  }

  /** The token behind a text, or why it does not hold. */
  async read(text: string): Promise<{ readonly token: Token } | { readonly fault: AuthFault }> {
    const found = await this.authenticate(text);
    if ('fault' in found) return found;
    const token = this.shown.get(found.caller);
    return token ? { token } : { fault: 'token-invalid' };
  }

  /** The token that this caller was made of; undefined for signed requests. */
  shownBy(caller: Caller): Token | undefined {
    return this.shown.get(caller);
  }

  /** Refused when the token would not hold: no role there, user disabled, no such project. */
  async issue(
    request: NewTokenRequest,
  ): Promise<ValueOrRefusal<{ readonly text: string; readonly token: Token }>> {
    const refusal: IdentityRefusal = { kind: 'not-authenticated' };
    const payload = this.payloadOf(request);
    if (payload.expiresAt <= payload.issuedAt) return { refusal };
    const key = await this.keys.signing();
    const facts = await this.facts(payload);
    if (!facts) return { refusal };
    // Counted from what is kept now, so that whatever ends tokens later ends this one.
    const counted = { ...payload, epoch: payload.epoch + facts.targetEpoch };
    const token = await this.describe(counted, facts);
    this.expired.issued(counted);
    return token ? { value: { text: encodeToken(counted, key), token } } : { refusal };
  }

  /** With all that were made with it. For good, and for every gateway on the database: here at once, elsewhere within the cache time. */
  async revoke(token: Token): Promise<void> {
    try {
      await this.store.revoke(token.payload.auditId, token.expiresAt, this.clock.now());
    } finally {
      this.cache.clear();
    }
  }

  /** Ends the token as time would, here only: for tests of clients. */
  expire(token: Token): void {
    this.expired.add(token.payload);
    this.cache.clear();
  }

  /** The same for all that the owner has now. */
  expireAll(owner: TokenOwner): void {
    this.expired.addAll(owner, toUnixSeconds(this.clock.now()));
    this.cache.clear();
  }

  private payloadOf(request: NewTokenRequest): TokenPayload {
    const { parent, credential } = request;
    const issuedAt = toUnixSeconds(this.clock.now());
    const ends = [issuedAt + this.settings.lifetime];
    if (parent) ends.push(parent.expiresAt);
    if (credential?.expiresAt) ends.push(toUnixSeconds(credential.expiresAt));
    return {
      scope: request.scope,
      methods: request.methods,
      userId: request.userId,
      epoch: request.epoch,
      projectId: request.projectId,
      domainId: request.domainId,
      issuedAt,
      expiresAt: Math.min(...ends),
      auditId: randomBytes(16).toString('hex'),
      parentAuditId: parent ? (parent.parentAuditId ?? parent.auditId) : null,
      credentialId: credential?.id ?? null,
    };
  }

  private async look(text: string, cacheKey: string, now: Instant): Promise<CachedToken | undefined> {
    const keyId = readTokenKeyId(text);
    const key = keyId === undefined ? undefined : await this.keys.find(keyId);
    const payload = key && decodeToken(text, key);
    if (!payload) return undefined;
    const expiresAt = fromUnixSeconds(payload.expiresAt);
    if (now >= expiresAt || this.expired.has(payload)) return { expiresAt, token: null, answer: expired };
    return this.cache.load(cacheKey, async () => {
      const facts = await this.facts(payload);
      const token = (facts && (await this.describe(payload, facts))) ?? null;
      return { expiresAt, token, answer: token ? answerOf(token) : invalid };
    });
  }

  private facts(payload: TokenPayload): Promise<TokenFacts | undefined> {
    return this.store.tokenFacts({
      ...payload,
      target: roleLossKey(payload),
      adminRoles: this.settings.roleNames.admin,
    });
  }

  /** The token as it stands now, or undefined when something has ended it. Expiry is not checked. */
  private async describe(payload: TokenPayload, facts: TokenFacts): Promise<Token | undefined> {
    const { user, revoked, epoch, targetEpoch } = facts;
    if (!user.enabled || !user.domain.enabled || revoked || epoch + targetEpoch !== payload.epoch) {
      return undefined;
    }
    const roles = await this.rolesFor(payload, facts);
    if (!roles) return undefined;
    const names = roles.map(({ name }) => name);
    const caller: Caller = Object.freeze({
      userId: user.id,
      userName: user.name,
      scope: payload.scope,
      projectId: facts.project?.id ?? null,
      roles: names,
      accessLevel: accessLevel(names, this.settings.roleNames),
    });
    const token: Token = {
      payload,
      methods: payload.methods,
      issuedAt: fromUnixSeconds(payload.issuedAt),
      expiresAt: fromUnixSeconds(payload.expiresAt),
      user,
      userEpoch: epoch,
      project: facts.project,
      domain: facts.domain,
      roles,
      credential: facts.credential,
      caller,
    };
    this.shown.set(caller, token);
    return token;
  }

  /** undefined when the token is no longer good for anything. */
  private async rolesFor(payload: TokenPayload, facts: TokenFacts): Promise<readonly Role[] | undefined> {
    if (payload.scope === 'unscoped') return [];
    const held = rolesHeldByToken(payload, facts);
    const roles = this.credentialRoles(payload, facts, await this.graph.expand(held));
    return roles.length > 0 ? roles : undefined;
  }

  private credentialRoles(payload: TokenPayload, facts: TokenFacts, roles: readonly Role[]): readonly Role[] {
    if (payload.credentialId === null) return roles;
    const { credential } = facts;
    const holds =
      credential?.userId === payload.userId &&
      credential.projectId === payload.projectId &&
      (credential.expiresAt === null || this.clock.now() < credential.expiresAt);
    return holds ? roles.filter(({ name }) => credential.roles.includes(name)) : [];
  }
}

function answerOf({ caller, credential }: Token): Authentication {
  const rules = credential?.accessRules ?? null;
  return rules === null ? { caller } : { caller, rules };
}
