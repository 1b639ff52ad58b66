import { type Attributes, type DirectoryEntity, type EntityStore, textAttribute } from '../../entity-ports';
import type { IdentityRefusal } from '../../errors';
import type { UserScopes } from '../user-scopes';

/** Ids within ids; null: none further. */
export interface IdTree {
  readonly [id: string]: IdTree | null;
}

/** The projects above and below one. A domain stands above its first projects, as in Keystone. */
export class ProjectHierarchy {
  constructor(
    private readonly store: Pick<EntityStore, 'find' | 'list'>,
    private readonly scopes: Pick<UserScopes, 'projectIds'>,
  ) {}

  async parentsAsIds(project: DirectoryEntity): Promise<IdTree> {
    const parents = (await this.parents(project)).map(({ id }) => id);
    const ids = [...parents, textAttribute(project['domain_id'])];
    return ids.reduceRight<IdTree | null>((above, id) => ({ [id]: above }), null) ?? {};
  }

  async subtreeAsIds(project: DirectoryEntity): Promise<IdTree | null> {
    return treeBelow(project.id, childrenById(await this.inDomain(project)));
  }

  /** Those of them in which the user has a role. */
  async parentsOfUser(project: DirectoryEntity, userId: string): Promise<readonly DirectoryEntity[]> {
    return this.ofUser(await this.parents(project), userId);
  }

  /** Those of them in which the user has a role. */
  async subtreeOfUser(project: DirectoryEntity, userId: string): Promise<readonly DirectoryEntity[]> {
    const below = childrenById(await this.inDomain(project));
    const all = (id: string): readonly DirectoryEntity[] =>
      (below.get(id) ?? []).flatMap((child) => [child, ...all(child.id)]);
    return this.ofUser(all(project.id), userId);
  }

  private async ofUser(
    projects: readonly DirectoryEntity[],
    userId: string,
  ): Promise<readonly DirectoryEntity[]> {
    const own = await this.scopes.projectIds(userId);
    return projects.filter(({ id }) => own.has(id));
  }

  /** The nearest first. */
  private async parents(project: DirectoryEntity): Promise<readonly DirectoryEntity[]> {
    const above = textAttribute(project['parent_id']);
    const parent = above === '' ? undefined : await this.store.find('project', above);
    return parent ? [parent, ...(await this.parents(parent))] : [];
  }

  private inDomain(project: DirectoryEntity): Promise<readonly DirectoryEntity[]> {
    return this.store.list('project', { domain_id: project['domain_id'] });
  }
}

type Children = ReadonlyMap<string, readonly DirectoryEntity[]>;

function childrenById(projects: readonly DirectoryEntity[]): Children {
  const children = new Map<string, DirectoryEntity[]>();
  for (const project of projects) {
    const parent = textAttribute(project['parent_id']);
    children.set(parent, [...(children.get(parent) ?? []), project]);
  }
  return children;
}

function treeBelow(id: string, children: Children): IdTree | null {
  const below = children.get(id);
  return below ? Object.fromEntries(below.map((child) => [child.id, treeBelow(child.id, children)])) : null;
}

/** The first above a new project that is disabled. */
export async function findDisabledAncestor(
  store: EntityStore,
  { ancestors, domain_id: domain }: DirectoryEntity,
): Promise<IdentityRefusal | undefined> {
  const [parent, ...higher] = ancestors as readonly string[];
  const isDisabled = async (kind: 'project' | 'domain', id: string): Promise<boolean> =>
    (await store.find(kind, id))?.['enabled'] === false;
  const above = [
    ...higher.map((id) => ['project', id] as const),
    ['domain', textAttribute(domain)] as const,
    ...(parent === undefined ? [] : [['project', parent] as const]),
  ];
  for (const [kind, id] of above) {
    if (await isDisabled(kind, id)) return { kind: 'rule', rule: 'disabled-branch', thing: 'project', id };
  }
  return undefined;
}

/** A project that is enabled has no disabled one above it. */
export async function validateEnabling(
  store: EntityStore,
  project: DirectoryEntity,
  given: Attributes,
): Promise<IdentityRefusal | undefined> {
  const { id } = project;
  const refusal = (rule: string): IdentityRefusal => ({ kind: 'rule', rule, thing: 'project', id });
  if (given['enabled'] === true) {
    return (await findDisabledAncestor(store, project)) ? refusal('disabled-above') : undefined;
  }
  if (given['enabled'] !== false) return undefined;
  const enabled = await store.list('project', { enabled: true });
  const isBelow = ({ ancestors }: DirectoryEntity): boolean => (ancestors as readonly string[]).includes(id);
  return enabled.some(isBelow) ? refusal('enabled-below') : undefined;
}
