import type { Instant } from '../../core/clock';
import type { MetadefItem, MetadefKind, MetadefNamespace, NamespaceDraft } from '../../core/metadefs/metadef';

export type NamespaceRow = Record<string, unknown> & {
  readonly id: string;
  readonly name: string;
  readonly display_name: string | null;
  readonly description: string | null;
  readonly visibility: MetadefNamespace['visibility'];
  readonly protected: boolean;
  readonly owner: string;
  readonly created_at: Instant;
  readonly updated_at: Instant;
};

export function namespaceFromRow(row: NamespaceRow): MetadefNamespace {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    visibility: row.visibility,
    protected: row.protected,
    owner: row.owner,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** All columns but the moments. */
export function namespaceValues(id: string, namespace: NamespaceDraft): unknown[] {
  const { name, displayName, description, visibility, owner } = namespace;
  return [id, name, displayName, description, visibility, namespace.protected, owner];
}

export type ItemRow = Record<string, unknown> & {
  readonly namespace_id: string;
  readonly kind: MetadefKind;
  readonly name: string;
  readonly position: number;
  readonly content: string;
  readonly created_at: Instant;
  readonly updated_at: Instant;
};

export function itemFromRow(row: ItemRow): MetadefItem {
  return {
    namespaceId: row.namespace_id,
    kind: row.kind,
    name: row.name,
    position: row.position,
    content: row.content,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
