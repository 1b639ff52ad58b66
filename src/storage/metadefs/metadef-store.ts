import type { Instant } from '../../core/clock';
import {
  type MetadefContents,
  type MetadefDraft,
  type MetadefItem,
  type MetadefKind,
  metadefKinds,
  metadefLimits,
  type MetadefNamespace,
  type MetadefResourceType,
  type NamespaceDraft,
} from '../../core/metadefs/metadef';
import type { MetadefAddOutcome, MetadefChangeOutcome, MetadefStore } from '../../core/metadefs/ports';
import type { Database, Queryable } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { addMetadefItems, NotStored, requireMetadefRoom } from './item-writer';
import { type ItemRow, itemFromRow, type NamespaceRow, namespaceFromRow, namespaceValues } from './rows';
import * as statements from './statements';

type Named = Record<string, unknown> & { readonly name: string };

/** The same statements serve every kind of item that a namespace holds. */
export class PostgresMetadefStore implements MetadefStore {
  constructor(private readonly database: Database) {}

  async listNamespaces(owner: string | null): Promise<readonly MetadefNamespace[]> {
    return (await this.database.query<NamespaceRow>(statements.listNamespaces, [owner])).map(
      namespaceFromRow,
    );
  }

  async findNamespace(name: string): Promise<MetadefNamespace | undefined> {
    const [row] = await this.database.query<NamespaceRow>(statements.findNamespace, [name]);
    return row && namespaceFromRow(row);
  }

  insertNamespace(
    namespace: NamespaceDraft & { readonly id: string },
    contents: MetadefContents,
    at: Instant,
  ): Promise<MetadefAddOutcome> {
    return this.adding(async (client) => {
      const limit = metadefLimits.namespaces;
      const values = [...namespaceValues(namespace.id, namespace), at, limit];
      if ((await client.query(statements.insertNamespace, values)).length === 0) {
        const there = await client.query(statements.findNamespace, [namespace.name]);
        throw there.length > 0
          ? new NotStored({ kind: 'taken', what: 'namespace', first: namespace.name })
          : new NotStored({ kind: 'metadef-limit-reached', what: 'namespace', limit });
      }
      for (const kind of metadefKinds) await addMetadefItems(client, namespace.id, kind, contents[kind], at);
    });
  }

  async updateNamespace(
    id: string,
    namespace: NamespaceDraft,
    at: Instant,
  ): Promise<'done' | 'missing' | 'taken'> {
    try {
      const rows = await this.database.query(statements.updateNamespace, [
        ...namespaceValues(id, namespace),
        at,
      ]);
      return rows.length > 0 ? 'done' : 'missing';
    } catch (error) {
      if (isUniqueViolation(error)) return 'taken';
      throw error;
    }
  }

  async deleteNamespace(id: string): Promise<boolean> {
    return (await this.database.query(statements.deleteNamespace, [id])).length > 0;
  }

  async listItems(namespaceId: string, kind: MetadefKind | null): Promise<readonly MetadefItem[]> {
    return (await this.database.query<ItemRow>(statements.listItems, [namespaceId, kind])).map(itemFromRow);
  }

  async listAssociations(namespaceIds: readonly string[]): Promise<readonly MetadefItem[]> {
    if (namespaceIds.length === 0) return [];
    return (await this.database.query<ItemRow>(statements.listAssociations, [namespaceIds])).map(itemFromRow);
  }

  async findItem(namespaceId: string, kind: MetadefKind, name: string): Promise<MetadefItem | undefined> {
    const [row] = await this.database.query<ItemRow>(statements.findItem, [namespaceId, kind, name]);
    return row && itemFromRow(row);
  }

  addItems(
    namespaceId: string,
    kind: MetadefKind,
    items: readonly MetadefDraft[],
    replace: boolean,
    at: Instant,
  ): Promise<MetadefAddOutcome> {
    return this.adding(async (client) => {
      const locked = await client.query(statements.lockNamespace, [namespaceId]);
      if (locked.length === 0) throw new NotStored({ kind: 'namespace-missing' });
      if (replace) await client.query(statements.deleteItems, [namespaceId, kind]);
      await addMetadefItems(client, namespaceId, kind, items, at);
    });
  }

  async updateItem(item: MetadefItem, draft: MetadefDraft, at: Instant): Promise<MetadefChangeOutcome> {
    const { namespaceId, kind, name } = item;
    try {
      return await this.database.transaction<MetadefChangeOutcome>(async (client) => {
        await client.query(statements.lockNamespace, [namespaceId]);
        const values = [namespaceId, kind, name, draft.name, draft.content, at];
        if ((await client.query(statements.updateItem, values)).length === 0) return { kind: 'missing' };
        await requireMetadefRoom(client, namespaceId, kind);
        return { kind: 'done' };
      });
    } catch (error) {
      if (error instanceof NotStored && error.because.kind === 'metadef-limit-reached') return error.because;
      if (isUniqueViolation(error)) return { kind: 'taken' };
      throw error;
    }
  }

  async deleteItem(namespaceId: string, kind: MetadefKind, name: string): Promise<boolean> {
    return (await this.database.query(statements.deleteItem, [namespaceId, kind, name])).length > 0;
  }

  async deleteItems(namespaceId: string, kind: MetadefKind): Promise<void> {
    await this.database.query(statements.deleteItems, [namespaceId, kind]);
  }

  async listResourceTypes(): Promise<readonly MetadefResourceType[]> {
    type Row = Named & { readonly created_at: Instant; readonly updated_at: Instant };
    const rows = await this.database.query<Row>(statements.listResourceTypes, []);
    return rows.map((row) => ({ name: row.name, createdAt: row.created_at, updatedAt: row.updated_at }));
  }

  async isKnownResourceType(name: string): Promise<boolean> {
    return (await this.database.query<Named>(statements.findResourceType, [name])).length > 0;
  }

  /** All of `work`, or nothing of it when it throws NotStored. */
  private async adding(work: (client: Queryable) => Promise<void>): Promise<MetadefAddOutcome> {
    try {
      await this.database.transaction(work);
      return { kind: 'done' };
    } catch (error) {
      if (error instanceof NotStored) return error.because;
      throw error;
    }
  }
}
