import { LRUCache } from 'lru-cache';
import type { TokenPayload } from './codec';

/** Whose tokens; null: anybody's, in any project. */
export interface TokenOwner {
  readonly userId: string | null;
  readonly projectId: string | null;
  /** This user's tokens go on. */
  readonly exceptUserId?: string;
}

interface Expiry extends TokenOwner {
  /** Seconds since 1970. */
  readonly until: number;
  /** Audit ids of tokens made later in that second. */
  readonly later: Set<string>;
}

const most = { single: 10_000, expiries: 1_000 };

/** Tokens that expired before their time, on request: of this process, for tests of clients. */
export class ForcedTokenExpiry {
  private readonly single = new LRUCache<string, true>({ max: most.single });
  private readonly expiries = new LRUCache<string, Expiry>({ max: most.expiries });

  /** This one. */
  add({ auditId }: TokenPayload): void {
    this.single.set(auditId, true);
  }

  /** All that the owner has. @param now seconds since 1970 */
  addAll(owner: TokenOwner, now: number): void {
    const { userId, projectId, exceptUserId = null } = owner;
    const key = JSON.stringify([userId, projectId, exceptUserId]);
    this.expiries.set(key, { ...owner, until: now, later: new Set() });
  }

  /** To be called for each token made: its time of issue is known to the second only. */
  issued({ auditId, issuedAt }: TokenPayload): void {
    for (const { until, later } of this.expiries.values()) if (issuedAt === until) later.add(auditId);
  }

  has(payload: TokenPayload): boolean {
    return (
      this.single.has(payload.auditId) || [...this.expiries.values()].some((one) => covers(one, payload))
    );
  }
}

function covers(expiry: Expiry, { userId, projectId, issuedAt, auditId }: TokenPayload): boolean {
  if (issuedAt > expiry.until || expiry.later.has(auditId)) return false;
  if (expiry.exceptUserId === userId) return false;
  return (
    (expiry.userId === null || expiry.userId === userId) &&
    (expiry.projectId === null || expiry.projectId === projectId)
  );
}
