import { randomUUID } from 'node:crypto';
import type { Caller } from '../caller';
import type { Clock } from '../clock';
import { type MetadefAccess, requireMetadefAdmin, requireMetadefReader } from './metadef-access';
import {
  type DescribedNamespace,
  type MetadefContents,
  type MetadefItem,
  type MetadefKind,
  type MetadefNamespace,
  MetadefRefused,
  type NamespaceDraft,
} from './metadef';
import { type NamespaceSortKey, type SortOrder, pageAfterMarker } from './namespace-pages';
import type { MetadefStore } from './ports';
import { throwUnlessAdded } from './outcomes';

export interface NamespaceQuery {
  readonly visibility: string | null;
  /** Names, of which the namespace is for one at least; null: whatever it is for. */
  readonly resourceTypes: readonly string[] | null;
  readonly marker: string | null;
  readonly limit: number;
  readonly order: SortOrder<NamespaceSortKey>;
}

/** A namespace with its resource types. */
export interface ListedNamespace {
  readonly namespace: MetadefNamespace;
  readonly associations: readonly MetadefItem[];
}

/** Namespaces of definitions. Every method throws MetadefRefused. */
export class NamespaceService {
  constructor(
    private readonly store: MetadefStore,
    private readonly access: MetadefAccess,
    private readonly clock: Clock,
  ) {}

  async list(caller: Caller, query: NamespaceQuery): Promise<readonly ListedNamespace[]> {
    requireMetadefReader(caller, null);
    const marker = query.marker === null ? null : await this.access.visible(caller, query.marker, 'marker');
    const all = await this.store.listNamespaces(
      caller.accessLevel === 'admin' ? null : (caller.projectId ?? ''),
    );
    const wanted = all.filter(
      ({ visibility }) => query.visibility === null || visibility === query.visibility,
    );
    const within = query.resourceTypes === null ? wanted : await this.ofTypes(wanted, query.resourceTypes);
    const page = pageAfterMarker(within, query.order, 'id', marker, query.limit);
    const associations = await this.store.listAssociations(page.map(({ id }) => id));
    return page.map((namespace) => ({
      namespace,
      associations: associations.filter(({ namespaceId }) => namespaceId === namespace.id),
    }));
  }

  private async ofTypes(
    namespaces: readonly MetadefNamespace[],
    types: readonly string[],
  ): Promise<readonly MetadefNamespace[]> {
    const associations = await this.store.listAssociations(namespaces.map(({ id }) => id));
    const found = new Set(
      associations.filter(({ name }) => types.includes(name)).map(({ namespaceId }) => namespaceId),
    );
    return namespaces.filter(({ id }) => found.has(id));
  }

  async create(
    caller: Caller,
    draft: DescribedNamespace,
    contents: MetadefContents,
  ): Promise<MetadefNamespace> {
    requireMetadefAdmin(caller, 'add_metadef_namespace', null);
    const at = this.clock.now();
    const namespace = { ...withOwner(caller, draft), id: randomUUID() };
    throwUnlessAdded(await this.store.insertNamespace(namespace, contents, at), namespace.name, 'namespace');
    return { ...namespace, createdAt: at, updatedAt: at };
  }

  /** With all that it holds, as `listItems` orders it. */
  async show(
    caller: Caller,
    name: string,
  ): Promise<{ readonly namespace: MetadefNamespace; readonly items: readonly MetadefItem[] }> {
    const namespace = await this.access.readable(caller, name, 'namespace');
    return { namespace, items: await this.store.listItems(namespace.id, null) };
  }

  /** @returns as it is now, with the moment of the change before this one */
  async update(caller: Caller, name: string, draft: DescribedNamespace): Promise<MetadefNamespace> {
    const before = await this.access.writable(caller, name, 'modify_metadef_namespace', 'change');
    const changed = withOwner(caller, draft);
    const outcome = await this.store.updateNamespace(before.id, changed, this.clock.now());
    if (outcome === 'missing') throw missing(name);
    if (outcome === 'done') return { ...before, ...changed };
    throw new MetadefRefused({
      kind: 'metadef-taken',
      what: 'namespace',
      name: draft.name,
      namespace: name,
      before: name,
    });
  }

  /** With all that it holds. */
  async remove(caller: Caller, name: string): Promise<void> {
    const { id } = await this.deletable(caller, name);
    if (!(await this.store.deleteNamespace(id))) throw missing(name);
  }

  /** All of one kind that it holds. */
  async empty(caller: Caller, name: string, kind: MetadefKind): Promise<void> {
    const { id } = await this.deletable(caller, name);
    await this.store.deleteItems(id, kind);
  }

  private async deletable(caller: Caller, name: string): Promise<MetadefNamespace> {
    const found = await this.access.writable(caller, name, 'delete_metadef_namespace', 'change');
    if (!found.protected) return found;
    throw new MetadefRefused({ kind: 'metadef-protected', what: 'namespace', name });
  }
}

function withOwner(caller: Caller, draft: DescribedNamespace): NamespaceDraft {
  return { ...draft, owner: draft.owner ?? caller.projectId ?? '' };
}

function missing(namespace: string): MetadefRefused {
  return new MetadefRefused({
    kind: 'metadef-namespace-missing',
    namespace,
    hidden: false,
    sought: 'change',
  });
}
