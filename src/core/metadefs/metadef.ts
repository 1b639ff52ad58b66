import type { Caller } from '../caller';
import type { Instant } from '../clock';

/** What a namespace of definitions holds. */
export const metadefKinds = ['resource-type', 'object', 'tag', 'property'] as const;
export type MetadefKind = (typeof metadefKinds)[number];

/** A namespace, as it is written. */
export interface NamespaceDraft {
  readonly name: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly visibility: 'public' | 'private';
  /** Neither it nor what it holds may be deleted. */
  readonly protected: boolean;
  /** The project that sees it while it is private. */
  readonly owner: string;
}

/** As a caller describes it; owner null: the caller's project. */
export type DescribedNamespace = Omit<NamespaceDraft, 'owner'> & { readonly owner: string | null };

export interface MetadefNamespace extends NamespaceDraft {
  readonly id: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** One item in a namespace. `content` is what defines it, as JSON: its meaning is the dialect's. */
export interface MetadefDraft {
  readonly name: string;
  readonly content: string;
}

export interface MetadefItem extends MetadefDraft {
  readonly namespaceId: string;
  readonly kind: MetadefKind;
  /** Within the namespace: later ones have higher numbers. */
  readonly position: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Known wherever a namespace has ever named it, also when none does any more. */
export interface MetadefResourceType {
  readonly name: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type MetadefContents = Readonly<Record<MetadefKind, readonly MetadefDraft[]>>;

/** Bounds of what is stored, so that no answer is longer than a page. */
export const metadefLimits = {
  /** code points of any name */
  name: 80,
  namespaces: 1_000,
  resourceTypes: 1_000,
  /** of one kind in one namespace */
  items: { 'resource-type': 32, object: 500, tag: 1_000, property: 500 },
  /** bytes of all content in one namespace */
  bytes: 1024 * 1024,
} as const;

/** As policy files name them. */
export type MetadefAction =
  | 'add_metadef_namespace'
  | 'modify_metadef_namespace'
  | 'delete_metadef_namespace'
  | 'add_metadef_object'
  | 'modify_metadef_object'
  | 'delete_metadef_object'
  | 'add_metadef_property'
  | 'modify_metadef_property'
  | 'remove_metadef_property'
  | 'add_metadef_tag'
  | 'add_metadef_tags'
  | 'modify_metadef_tag'
  | 'delete_metadef_tag'
  | 'add_metadef_resource_type_association'
  | 'remove_metadef_resource_type_association';

/** What a caller wanted of a namespace when it was not there. */
export type MetadefTarget = 'namespace' | 'marker' | 'change' | MetadefKind;

export type MetadefRefusal =
  /** `hidden`: it exists, but not for this caller. */
  | {
      readonly kind: 'metadef-namespace-missing';
      readonly namespace: string;
      readonly hidden: boolean;
      readonly sought: MetadefTarget;
    }
  /** The caller's role or scope may not even read. */
  | { readonly kind: 'metadef-not-readable' }
  | { readonly kind: 'metadef-not-allowed'; readonly action: MetadefAction }
  | {
      readonly kind: 'metadef-item-missing';
      readonly what: MetadefKind;
      readonly name: string;
      readonly namespace: string;
      /** Known to some namespace: of resource types only. */
      readonly isKnown: boolean;
      readonly wanted: 'show' | 'delete';
    }
  | {
      readonly kind: 'metadef-taken';
      readonly what: MetadefKind | 'namespace';
      readonly name: string;
      readonly namespace: string;
      /** What it was called before the change; null of what was to be made. */
      readonly before: string | null;
    }
  | {
      readonly kind: 'metadef-protected';
      readonly what: MetadefKind | 'namespace';
      readonly name: string;
    }
  | {
      readonly kind: 'metadef-limit-reached';
      readonly what: MetadefKind | 'namespace' | 'known-resource-type' | 'bytes';
      readonly limit: number;
    };

/** What the definitions' service refuses, as facts. */
export class MetadefRefused extends Error {
  override readonly name = 'MetadefRefused';
  constructor(readonly refusal: MetadefRefusal) {
    super(refusal.kind);
  }
}

/** Whether the caller may know that the namespace exists, whatever its role. */
export function isNamespaceVisible(caller: Caller, { owner, visibility }: MetadefNamespace): boolean {
  return caller.accessLevel === 'admin' || visibility === 'public' || owner === caller.projectId;
}
