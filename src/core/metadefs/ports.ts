import type { Instant } from '../clock';
import type {
  MetadefContents,
  MetadefDraft,
  MetadefItem,
  MetadefKind,
  MetadefNamespace,
  MetadefRefusal,
  MetadefResourceType,
  NamespaceDraft,
} from './metadef';

type Limit = Extract<MetadefRefusal, { kind: 'metadef-limit-reached' }>;

/** `first`: the one whose name is taken; nothing was stored then. */
export type MetadefAddOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'namespace-missing' }
  | { readonly kind: 'taken'; readonly what: MetadefKind | 'namespace'; readonly first: string }
  | Limit;

export type MetadefChangeOutcome = { readonly kind: 'done' } | { readonly kind: 'missing' | 'taken' } | Limit;

/** Definitions are few, and belong to the cloud: names of namespaces are unique in all of it. */
export interface MetadefStore {
  /** At most `metadefLimits.namespaces`, in no order. @param owner whose private ones are among them; null: all */
  listNamespaces(owner: string | null): Promise<readonly MetadefNamespace[]>;
  findNamespace(name: string): Promise<MetadefNamespace | undefined>;
  /** All or nothing. */
  insertNamespace(
    namespace: NamespaceDraft & { readonly id: string },
    contents: MetadefContents,
    at: Instant,
  ): Promise<MetadefAddOutcome>;
  updateNamespace(id: string, namespace: NamespaceDraft, at: Instant): Promise<'done' | 'missing' | 'taken'>;
  /** With all that it holds. */
  deleteNamespace(id: string): Promise<boolean>;

  /** Objects and properties by name, others in order of position. @param kind null: all kinds */
  listItems(namespaceId: string, kind: MetadefKind | null): Promise<readonly MetadefItem[]>;
  /** The resource types of several namespaces, in order of position. */
  listAssociations(namespaceIds: readonly string[]): Promise<readonly MetadefItem[]>;
  findItem(namespaceId: string, kind: MetadefKind, name: string): Promise<MetadefItem | undefined>;
  /** All or nothing. @param replace those of the kind that are there go first */
  addItems(
    namespaceId: string,
    kind: MetadefKind,
    items: readonly MetadefDraft[],
    replace: boolean,
    at: Instant,
  ): Promise<MetadefAddOutcome>;
  updateItem(item: MetadefItem, draft: MetadefDraft, at: Instant): Promise<MetadefChangeOutcome>;
  deleteItem(namespaceId: string, kind: MetadefKind, name: string): Promise<boolean>;
  deleteItems(namespaceId: string, kind: MetadefKind): Promise<void>;

  /** In the order in which they became known. */
  listResourceTypes(): Promise<readonly MetadefResourceType[]>;
  isKnownResourceType(name: string): Promise<boolean>;
}
