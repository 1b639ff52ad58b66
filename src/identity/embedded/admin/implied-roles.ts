import type { DirectoryEntity, EntityStore, GrantStore } from '../../entity-ports';
import type { IdentityRefusal, ValueOrRefusal } from '../../errors';
import type { CallerWithToken } from './caller-with-token';
import { policyRefusal } from './policy';
import { validateImpliedRole } from './references';

export interface RoleInference {
  readonly prior: DirectoryEntity;
  readonly implied: readonly DirectoryEntity[];
}

/** Roles that bring others with them, as administrators arrange them. */
export class ImpliedRoles {
  constructor(
    private readonly store: GrantStore,
    private readonly things: EntityStore,
    private readonly changed: () => void,
  ) {}

  async imply(
    asker: CallerWithToken,
    priorId: string,
    impliedId: string,
  ): Promise<ValueOrRefusal<readonly [DirectoryEntity, DirectoryEntity]>> {
    const found = await this.pair(asker, 'create_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const refusal = validateImpliedRole(...found.value);
    if (refusal) return { refusal };
    const added = await this.change(() => this.store.addImplied(priorId, impliedId));
    return added ? found : { refusal: { kind: 'exists', thing: 'implied-role', name: '' } };
  }

  async unimply(asker: CallerWithToken, priorId: string, impliedId: string): Promise<ValueOrRefusal<void>> {
    const found = await this.pair(asker, 'delete_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const gone = await this.change(() => this.store.removeImplied(priorId, impliedId));
    return gone ? { value: undefined } : notImplied(priorId, impliedId);
  }

  /** All roles that imply others, or one of them, with what it implies. */
  async inferences(
    asker: CallerWithToken,
    priorId?: string,
  ): Promise<ValueOrRefusal<readonly RoleInference[]>> {
    const action = priorId === undefined ? 'list_role_inference_rules' : 'list_implied_roles';
    const refusal = policyRefusal(asker, action);
    if (refusal) return { refusal };
    const roles = new Map((await this.things.list('role', {})).map((role) => [role.id, role]));
    if (priorId !== undefined && !roles.has(priorId)) return missing(priorId);
    const byPrior = new Map<string, DirectoryEntity[]>();
    for (const [prior, other] of await this.store.implied()) {
      const implied = roles.get(other);
      if (implied) byPrior.set(prior, [...(byPrior.get(prior) ?? []), implied]);
    }
    const wanted = priorId === undefined ? [...byPrior.keys()] : [priorId];
    return {
      value: wanted.flatMap((id) => {
        const prior = roles.get(id);
        return prior ? [{ prior, implied: byPrior.get(id) ?? [] }] : [];
      }),
    };
  }

  async check(
    asker: CallerWithToken,
    priorId: string,
    impliedId: string,
  ): Promise<ValueOrRefusal<readonly [DirectoryEntity, DirectoryEntity]>> {
    const found = await this.pair(asker, 'get_implied_role', priorId, impliedId);
    if ('refusal' in found) return found;
    const all = await this.store.implied();
    return all.some(([prior, other]) => prior === priorId && other === impliedId)
      ? found
      : notImplied(priorId, impliedId);
  }

  private async pair(
    asker: CallerWithToken,
    action: string,
    priorId: string,
    impliedId: string,
  ): Promise<ValueOrRefusal<readonly [DirectoryEntity, DirectoryEntity]>> {
    const refusal = policyRefusal(asker, action);
    if (refusal) return { refusal };
    const [prior, implied] = [
      await this.things.find('role', priorId),
      await this.things.find('role', impliedId),
    ];
    if (!prior) return missing(priorId);
    return implied ? { value: [prior, implied] } : missing(impliedId);
  }

  private async change<Result>(step: () => Promise<Result>): Promise<Result> {
    try {
      return await step();
    } finally {
      this.changed();
    }
  }
}

function missing(id: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'not-found', thing: 'role', id } };
}

function notImplied(priorId: string, impliedId: string): { refusal: IdentityRefusal } {
  return { refusal: { kind: 'rule', rule: 'not-implied', thing: 'role', id: `${priorId} ${impliedId}` } };
}
