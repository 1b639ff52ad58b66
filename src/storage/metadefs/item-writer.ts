import { type Instant, ensureLaterThan } from '../../core/clock';
import { type MetadefDraft, type MetadefKind, metadefLimits } from '../../core/metadefs/metadef';
import type { MetadefAddOutcome } from '../../core/metadefs/ports';
import type { Queryable } from '../database/database';
import * as statements from './statements';

/** Takes back what the transaction has stored. */
export class NotStored extends Error {
  constructor(readonly because: Exclude<MetadefAddOutcome, { kind: 'done' }>) {
    super(because.kind);
  }
}

/** Within a transaction that holds the namespace. @throws NotStored */
export async function addMetadefItems(
  client: Queryable,
  namespaceId: string,
  kind: MetadefKind,
  items: readonly MetadefDraft[],
  at: Instant,
): Promise<void> {
  if (items.length === 0) return;
  const names = items.map(({ name }) => name);
  if (kind === 'resource-type') await addResourceTypes(client, names, at);
  const values = [namespaceId, kind, names, items.map(({ content }) => content), at];
  const rows = await client.query<{ name: string }>(statements.insertItems, values);
  const stored = new Set(rows.map(({ name }) => name));
  // Of two with one name in the request the second is the one too many.
  const first = names.find((name) => !stored.delete(name));
  if (first !== undefined) throw new NotStored({ kind: 'taken', what: kind, first });
  await requireMetadefRoom(client, namespaceId, kind);
}

async function addResourceTypes(client: Queryable, names: readonly string[], at: Instant): Promise<void> {
  const moments = new Map<string, Instant>();
  let last = at;
  for (const name of new Set(names)) {
    moments.set(name, last);
    last = ensureLaterThan(at, last);
  }
  // Sorted, so that two transactions never wait for each other.
  const sorted = [...moments].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = [sorted.map(([name]) => name), sorted.map(([, moment]) => moment)];
  await client.query(statements.insertResourceTypes, values);
  const [now] = await client.query<{ found: number }>(statements.countResourceTypes, []);
  const limit = metadefLimits.resourceTypes;
  if ((now?.found ?? 0) <= limit) return;
  throw new NotStored({ kind: 'metadef-limit-reached', what: 'known-resource-type', limit });
}

/** @throws NotStored when the namespace holds too much */
export async function requireMetadefRoom(
  client: Queryable,
  namespaceId: string,
  kind: MetadefKind,
): Promise<void> {
  type Size = { readonly items: number; readonly bytes: number };
  const [size] = await client.query<Size>(statements.measureItems, [namespaceId, kind]);
  const most = metadefLimits.items[kind];
  if ((size?.items ?? 0) > most) {
    throw new NotStored({ kind: 'metadef-limit-reached', what: kind, limit: most });
  }
  if ((size?.bytes ?? 0) > metadefLimits.bytes) {
    throw new NotStored({ kind: 'metadef-limit-reached', what: 'bytes', limit: metadefLimits.bytes });
  }
}
