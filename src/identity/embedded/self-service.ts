import type { Caller } from '../../core/caller';
import type { Outcome } from '../errors';
import type { Token, Tokens } from '../tokens/tokens';

/** Inspects and revokes tokens for clients. Admins see all, others their own. */
export class SelfService {
  constructor(private readonly tokens: Tokens) {}

  /**
   * A token looked at by its owner or an admin.
   * @param knowsRules otherwise a token with access rules is invalid: the client would not enforce them
   */
  async inspect(caller: Caller, subject: string, knowsRules: boolean): Promise<Outcome<Token>> {
    const found = await this.subject(caller, subject, 'validate_token');
    const isRuled = 'value' in found && Boolean(found.value.credential?.accessRules);
    return isRuled && !knowsRules ? { refusal: { kind: 'subject-token-invalid' } } : found;
  }

  async revoke(caller: Caller, subject: string): Promise<Outcome<void>> {
    const found = await this.subject(caller, subject, 'revoke_token');
    if ('refusal' in found) return found;
    await this.tokens.revoke(found.value);
    return { value: undefined };
  }

  /** The catalog goes with a scope. */
  mayReadCatalog(caller: Caller): Outcome<void> {
    if (caller.scope !== 'unscoped') return { value: undefined };
    return { refusal: { kind: 'not-allowed', action: 'get_auth_catalog' } };
  }

  private async subject(caller: Caller, text: string, action: string): Promise<Outcome<Token>> {
    const found = await this.tokens.read(text);
    if ('fault' in found) return { refusal: { kind: 'subject-token-invalid' } };
    if (!isAdmin(caller) && found.token.user.id !== caller.userId) {
      return { refusal: { kind: 'not-allowed', action } };
    }
    return { value: found.token };
  }
}

function isAdmin(caller: Caller): boolean {
  return caller.accessLevel === 'admin';
}
