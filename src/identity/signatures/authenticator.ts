import { timingSafeEqual } from 'node:crypto';
import type { Caller } from '../../core/caller';
import type { Clock, Instant } from '../../core/clock';
import { type AccessKeys, hashSecurityToken } from '../embedded/access-keys';
import type { Authentication, Authenticator, Credentials } from '../authenticator';
import type { LookupCache } from '../lookup-cache';
import type { AccessKeyFacts, AccessKeyStore } from '../ports';
import type { RoleGraph } from '../role-graph';
import { type RoleNames, accessLevel } from '../roles';
import { readSignature, type Signature } from './header';
import type { WrongSignatureDelay } from './wrong-signature-delay';
import { isSignedWith, isSignedInTime } from './verifier';
import { toUnixSeconds } from '../time';

/** An access key with its secret in the clear, kept for seconds so that a signed request is cheap. */
export interface UnsealedKey {
  readonly facts: AccessKeyFacts;
  readonly secret: Buffer;
  /** By project id. */
  readonly callers: ReadonlyMap<string, Authentication>;
}

/** Identifies the caller by a request's AK/SK signature. */
export class SignatureAuthenticator implements Authenticator {
  constructor(
    private readonly store: AccessKeyStore,
    private readonly accessKeys: AccessKeys,
    private readonly cache: LookupCache<UnsealedKey>,
    private readonly slowdown: WrongSignatureDelay,
    private readonly clock: Clock,
    private readonly roleNames: RoleNames,
    private readonly graph: Pick<RoleGraph, 'expander'>,
  ) {}

  /** @throws Unavailable, and what reading the body throws */
  async authenticate(request: Credentials): Promise<Authentication> {
    const signature = readSignature(request.headers);
    if (!signature) return { fault: 'signature-malformed' };
    const now = this.clock.now();
    if (!isSignedInTime(signature, toUnixSeconds(now))) return { fault: 'signature-expired' };
    const key = await this.find(signature.access, now);
    if (!key || !isUsable(key.facts, now)) return { fault: 'key-unknown' };
    if (!(await isRight(key, signature, request))) {
      const delayMs = this.slowdown.failed(signature.access, toUnixSeconds(now));
      return { fault: 'signature-wrong', ...(delayMs > 0 && { delayMs }) };
    }
    const asked = request.headers['x-project-id']?.trim() || key.facts.projectId;
    // An unsigned header may be forged in transit: it may name only the key's own project. A signed one may name
    // another only if the key was made for all.
    const { projectId, allProjects } = key.facts;
    const isMeant = asked === projectId || (allProjects && signature.signedHeaders.includes('x-project-id'));
    return (isMeant ? key.callers.get(asked) : undefined) ?? { fault: 'not-in-project' };
  }

  private async find(access: string, now: Instant): Promise<UnsealedKey | undefined> {
    return (
      this.cache.get(access, now) ??
      (await this.cache.load(access, async () => {
        const facts = await this.store.findAccessKey(access);
        if (!facts) return undefined;
        const callers = await this.callersOf(facts);
        return { facts, secret: this.accessKeys.secretOf(facts), callers };
      }))
    );
  }

  private async callersOf({ access, user, grants }: AccessKeyFacts): Promise<Map<string, Authentication>> {
    const expand = await this.graph.expander();
    const projects = new Set(grants.map((grant) => grant.projectId));
    return new Map(
      [...projects].flatMap((projectId): [string, Authentication][] => {
        const held = grants.filter((grant) => grant.projectId === projectId).map(({ role }) => role);
        const roles = expand(held).map(({ name }) => name);
        // As for a token: a domain's own role alone lets no one in.
        if (roles.length === 0) return [];
        const caller: Caller = Object.freeze({
          userId: user.id,
          userName: user.name,
          scope: 'project',
          projectId,
          roles,
          accessLevel: accessLevel(roles, this.roleNames),
        });
        return [[projectId, { caller, accessKey: access }]];
      }),
    );
  }
}

async function isRight(key: UnsealedKey, signature: Signature, request: Credentials): Promise<boolean> {
  return bearsItsToken(key.facts, request.headers) && (await isSignedWith(key.secret, signature, request));
}

function isUsable({ enabled, user, expiresAt }: AccessKeyFacts, now: Instant): boolean {
  return enabled && user.enabled && (expiresAt === null || now < expiresAt);
}

/** A temporary key needs the security token that it was made with; a permanent one ignores the header. */
function bearsItsToken({ securityTokenHash }: AccessKeyFacts, headers: Credentials['headers']): boolean {
  if (securityTokenHash === null) return true;
  const shown = hashSecurityToken(headers['x-security-token']?.trim() ?? '');
  return timingSafeEqual(Buffer.from(shown), Buffer.from(securityTokenHash));
}
