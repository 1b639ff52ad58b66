import type { Caller, TokenScope } from '../../../core/caller';
import type { DirectoryEntity } from '../../entity-ports';
import type { Token } from '../../tokens/tokens';

/** The caller, with its token. */
export interface CallerWithToken {
  readonly caller: Caller;
  /** Undefined for a signed request. */
  readonly token: Token | undefined;
}

/** What a call is about, as far as it is there. */
export interface PolicyTarget {
  readonly domain?: DirectoryEntity | undefined;
  readonly project?: DirectoryEntity | undefined;
  readonly user?: DirectoryEntity | undefined;
  readonly group?: DirectoryEntity | undefined;
  readonly role?: DirectoryEntity | undefined;
  /** The project or the domain of a limit. */
  readonly limited?: DirectoryEntity | undefined;
  /** Whose it is: the user in the path, or that of a credential or a token. */
  readonly owner?: string | undefined;
}

export type PolicyRule = (asker: CallerWithToken, target: PolicyTarget) => boolean;

/** Who may do something, and with tokens for what. */
export interface Policy {
  readonly scopes: readonly TokenScope[];
  readonly may: PolicyRule;
}

export function isAdmin({ caller }: CallerWithToken): boolean {
  return caller.accessLevel === 'admin';
}

/** The domain that the caller's token is for. */
export function tokenDomainId({ token }: CallerWithToken): string | undefined {
  return token?.domain?.id;
}
