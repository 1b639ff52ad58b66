import type { Grant, GrantStore } from '../entity-ports';
import type { DirectoryStore } from '../ports';
import type { RoleGraph } from '../role-graph';

interface GrantsByPlace {
  readonly directory: Pick<DirectoryStore, 'projectGrantsOf'>;
  readonly grants: Pick<GrantStore, 'grants' | 'groupsOf'>;
}

/** Where a user has a role that counts, so that a token can be had: a domain's own role counts for what it implies alone. */
export class UserScopes {
  constructor(
    private readonly store: GrantsByPlace,
    private readonly graph: Pick<RoleGraph, 'expander'>,
  ) {}

  /** Of projects that are enabled. */
  async projectIds(userId: string): Promise<ReadonlySet<string>> {
    const expand = await this.graph.expander();
    const given = await this.store.directory.projectGrantsOf(userId);
    return new Set(given.flatMap(({ projectId, role }) => (expand([role]).length > 0 ? [projectId] : [])));
  }

  async domainIds(userId: string): Promise<ReadonlySet<string>> {
    const expand = await this.graph.expander();
    const given = await this.grantsOf(userId);
    return new Set(
      given.flatMap(({ target, inherited, roleId }) =>
        target.kind === 'domain' && !inherited && expand([{ id: roleId }]).length > 0 ? [target.id] : [],
      ),
    );
  }

  /** By any role of the user's own: Keystone leaves out the groups' here, though they let in. */
  async hasSystem(userId: string): Promise<boolean> {
    const given = await this.store.grants.grants({ actor: { kind: 'user', id: userId } });
    return given.some(({ target }) => target.kind === 'system');
  }

  /** Those of the user's groups, too. */
  private async grantsOf(userId: string): Promise<readonly Grant[]> {
    const { grants } = this.store;
    const groups = await grants.groupsOf(userId);
    const actors = [
      { kind: 'user', id: userId } as const,
      ...groups.map((id) => ({ kind: 'group', id }) as const),
    ];
    return (await Promise.all(actors.map((actor) => grants.grants({ actor })))).flat();
  }
}
