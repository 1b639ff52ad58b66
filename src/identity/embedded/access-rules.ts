import type { Caller } from '../../core/caller';
import type { AccessRule } from '../access-rules';
import type { IdentityRefusal, ValueOrRefusal } from '../errors';
import { newId } from '../ids';
import type { CredentialStore } from '../ports';
import { policyRefusal } from './admin/policy';
import type { TokenService } from '../tokens/tokens';

/** An existing rule of the user, by its id, or a new one. */
export type WantedRule = Partial<AccessRule>;

const thing = 'access-rule';

/** What a user's application credentials are held to; a rule is kept once and may be used by many. */
export class AccessRules {
  constructor(
    private readonly store: Pick<CredentialStore, 'listAccessRules' | 'deleteAccessRule'>,
    private readonly tokens: TokenService,
  ) {}

  /** Those of a new credential: the user's own ones where they say the same. */
  async forNew(
    userId: string,
    wanted: readonly WantedRule[] | null,
  ): Promise<ValueOrRefusal<readonly AccessRule[] | null>> {
    if (wanted === null || wanted.length === 0) return { value: null };
    const own = await this.store.listAccessRules(userId);
    const rules: AccessRule[] = [];
    for (const one of wanted) {
      const rule = own.find(({ id }) => id === one.id) ?? newRule(one, [...own, ...rules]);
      if (!rule) return { refusal: { kind: 'invalid', thing, field: 'access_rules', fault: 'incomplete' } };
      if (!rules.some(({ id }) => id === rule.id)) rules.push(rule);
    }
    return { value: rules };
  }

  async list(caller: Caller, userId: string): Promise<ValueOrRefusal<readonly AccessRule[]>> {
    const refusal = this.refused(caller, userId, 'list_access_rules');
    return refusal ? { refusal } : { value: await this.store.listAccessRules(userId) };
  }

  async find(caller: Caller, userId: string, id: string): Promise<ValueOrRefusal<AccessRule>> {
    const refusal = this.refused(caller, userId, 'get_access_rule');
    if (refusal) return { refusal };
    const found = (await this.store.listAccessRules(userId)).find((rule) => rule.id === id);
    return found ? { value: found } : { refusal: { kind: 'not-found', thing, id } };
  }

  /** Only one that no credential has. */
  async delete(caller: Caller, userId: string, id: string): Promise<ValueOrRefusal<void>> {
    const action = 'delete_access_rule';
    const refusal = this.refused(caller, userId, action);
    if (refusal) return { refusal };
    // An access key holds a delegated right, as a credential does.
    if (!this.tokens.shownBy(caller)) return { refusal: { kind: 'not-allowed', action } };
    switch (await this.store.deleteAccessRule(userId, id)) {
      case 'done':
        return { value: undefined };
      case 'used':
        return { refusal: { kind: 'rule', rule: 'access-rule-used', thing, id } };
      case 'missing':
        return { refusal: { kind: 'not-found', thing, id } };
    }
  }

  private refused(caller: Caller, owner: string, action: string): IdentityRefusal | undefined {
    return policyRefusal({ caller, token: this.tokens.shownBy(caller) }, action, { owner });
  }
}

/** undefined when it is incomplete */
function newRule(wanted: WantedRule, known: readonly AccessRule[]): AccessRule | undefined {
  const { service, method, path } = wanted;
  if (service === undefined || method === undefined || path === undefined) return undefined;
  const same = known.find((rule) => rule.service === service && rule.method === method && rule.path === path);
  return same ?? { id: newId(), service, method, path };
}
