import type { Caller } from '../../core/caller';
import type { ValueOrRefusal } from '../errors';
import type { Token, TokenService } from '../tokens/tokens';
import { policyRefusal } from './admin/policy';

/** Inspects and revokes tokens for clients. */
export class TokenSelfService {
  constructor(private readonly tokens: TokenService) {}

  /**
   * A token looked at by its owner, or by those who may look at all.
   * @param knowsRules otherwise a token with access rules is invalid: the client would not enforce them
   */
  async inspect(
    caller: Caller,
    subject: string,
    knowsRules: boolean,
    action: 'validate_token' | 'check_token',
  ): Promise<ValueOrRefusal<Token>> {
    const found = await this.subject(caller, subject, action);
    const isRuled = 'value' in found && Boolean(found.value.credential?.accessRules);
    return isRuled && !knowsRules ? { refusal: { kind: 'subject-token-invalid' } } : found;
  }

  async revoke(caller: Caller, subject: string): Promise<ValueOrRefusal<void>> {
    const found = await this.subject(caller, subject, 'revoke_token');
    if ('refusal' in found) return found;
    await this.tokens.revoke(found.value);
    return { value: undefined };
  }

  /** The catalog is that of a project. */
  mayReadCatalog({ projectId }: Caller): ValueOrRefusal<void> {
    if (projectId !== null) return { value: undefined };
    return { refusal: { kind: 'rule', rule: 'catalog-of-project', thing: 'project', id: '' } };
  }

  private async subject(caller: Caller, text: string, action: string): Promise<ValueOrRefusal<Token>> {
    const asker = { caller, token: this.tokens.shownBy(caller) };
    // As Keystone: the policy decides before a header is missed.
    if (text === '') {
      return { refusal: policyRefusal(asker, action, {}) ?? { kind: 'subject-token-missing' } };
    }
    const found = await this.tokens.read(text);
    if ('fault' in found) return { refusal: { kind: 'subject-token-invalid' } };
    const refusal = policyRefusal(asker, action, { owner: found.token.user.id });
    return refusal ? { refusal } : { value: found.token };
  }
}
