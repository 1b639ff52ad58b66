import type { Caller } from '../caller';
import type { Clock, Instant } from '../clock';
import { type MetadefAccess, requireMetadefReader } from './metadef-access';
import {
  type MetadefAction,
  type MetadefDraft,
  type MetadefItem,
  type MetadefKind,
  type MetadefNamespace,
  MetadefRefused,
  type MetadefResourceType,
} from './metadef';
import { throwUnlessAdded } from './outcomes';
import type { MetadefStore } from './ports';

/** A kind of item in a namespace. */
export interface MetadefCollection {
  readonly namespace: string;
  readonly kind: MetadefKind;
}

/** What a caller wants to change, and the right that it takes. */
type Change = MetadefCollection & { readonly action: MetadefAction };

/** What namespaces hold, the same for every kind. Every method throws MetadefRefused. */
export class MetadefService {
  constructor(
    private readonly store: MetadefStore,
    private readonly access: MetadefAccess,
    private readonly clock: Clock,
  ) {}

  /** Objects and properties by name, others in order of position. */
  async list(caller: Caller, { namespace, kind }: MetadefCollection): Promise<readonly MetadefItem[]> {
    const found = await this.access.readable(caller, namespace, kind);
    return this.store.listItems(found.id, kind);
  }

  async show(caller: Caller, place: MetadefCollection, name: string): Promise<MetadefItem> {
    const found = await this.access.readable(caller, place.namespace, place.kind);
    return this.found(found, place.kind, name, 'show');
  }

  /** @param replace those that are there go first @returns the moment of creation */
  async add(
    caller: Caller,
    { namespace, kind, action }: Change,
    drafts: readonly MetadefDraft[],
    replace = false,
  ): Promise<Instant> {
    const found = await this.access.writable(caller, namespace, action, kind);
    const at = this.clock.now();
    if (drafts.length > 0) {
      throwUnlessAdded(await this.store.addItems(found.id, kind, drafts, replace, at), namespace, kind);
    }
    return at;
  }

  /** @returns as it is now, with the moment of the change before this one */
  async update(caller: Caller, change: Change, name: string, draft: MetadefDraft): Promise<MetadefItem> {
    const { namespace, kind, action } = change;
    const found = await this.access.writable(caller, namespace, action, kind);
    const before = await this.found(found, kind, name, 'show');
    const outcome = await this.store.updateItem(before, draft, this.clock.now());
    switch (outcome.kind) {
      case 'done':
        return { ...before, ...draft };
      case 'missing':
        throw await this.missing(namespace, kind, name, 'show');
      case 'taken':
        throw new MetadefRefused({
          kind: 'metadef-taken',
          what: kind,
          name: draft.name,
          namespace,
          before: name,
        });
      case 'metadef-limit-reached':
        throw new MetadefRefused(outcome);
    }
  }

  async remove(caller: Caller, { namespace, kind, action }: Change, name: string): Promise<void> {
    const found = await this.access.writable(caller, namespace, action, kind);
    await this.found(found, kind, name, 'delete');
    if (found.protected) throw new MetadefRefused({ kind: 'metadef-protected', what: kind, name });
    if (await this.store.deleteItem(found.id, kind, name)) return;
    throw await this.missing(namespace, kind, name, 'delete');
  }

  async resourceTypes(caller: Caller): Promise<readonly MetadefResourceType[]> {
    requireMetadefReader(caller, null);
    return this.store.listResourceTypes();
  }

  /** Finds the namespace, whatever the caller may do with it. */
  async requireVisible(caller: Caller, { namespace, kind }: MetadefCollection): Promise<void> {
    await this.access.visible(caller, namespace, kind);
  }

  private async found(
    { id, name: namespace }: MetadefNamespace,
    kind: MetadefKind,
    name: string,
    wanted: 'show' | 'delete',
  ): Promise<MetadefItem> {
    const item = await this.store.findItem(id, kind, name);
    if (item) return item;
    throw await this.missing(namespace, kind, name, wanted);
  }

  private async missing(
    namespace: string,
    what: MetadefKind,
    name: string,
    wanted: 'show' | 'delete',
  ): Promise<MetadefRefused> {
    const isKnown = what === 'resource-type' && (await this.store.isKnownResourceType(name));
    return new MetadefRefused({ kind: 'metadef-item-missing', what, name, namespace, isKnown, wanted });
  }
}
