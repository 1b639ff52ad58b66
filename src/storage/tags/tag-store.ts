import type { Observe } from '../../core/observe';
import type { ImageRef } from '../../core/image';
import type { TagStore } from '../../core/ports';
import type { TagPair, Tag } from '../../core/tag';
import type { TagChange, TagOutcome, TagSet } from '../../core/tag-change';
import { type BatchedResult, Batcher, type BatcherOptions } from '../batcher';
import type { Database, Queryable } from '../database/database';
import { isCitus } from '../database/engine';
import type { StoreObservation } from '../database/observation';
import { changeValues } from './change-parameters';
import { type ChangeResultRow, changeTagsStatement } from './change-statement';
import * as statements from './tag-statements';

/** A tag as `json_build_array(name, key, value)` gives it. */
export type TagRow = readonly [name: string, key: string, value: string];

export function tagFromRow([name, key, value]: TagRow): Tag {
  return { name, key, value };
}

/** With an observer, concurrent changes go to Postgres together. */
export class PostgresTagStore implements TagStore {
  private readonly submit: (change: TagChange) => Promise<TagOutcome>;

  constructor(
    private readonly database: Database,
    batching: Observe<StoreObservation> | null = null,
    recorded = true,
  ) {
    const submit = batching
      ? batched(database, batching)
      : (change: TagChange) => changeOne(database, change);
    this.submit = recorded ? submit : (change) => submit({ ...change, recorded });
  }

  change(changes: readonly TagChange[]): Promise<readonly TagOutcome[]> {
    return Promise.all(changes.map(this.submit));
  }

  async list(image: ImageRef): Promise<TagSet | undefined> {
    const values = [image.projectId, image.imageId];
    type Row = Record<string, unknown> & { revision: number; updated_at: string; tags: readonly TagRow[] };
    const [row] = await this.database.query<Row>(statements.listTags, values);
    return row && { tags: row.tags.map(tagFromRow), revision: row.revision, updatedAt: row.updated_at };
  }

  async listProject(projectId: string): Promise<readonly TagPair[]> {
    return this.database.query<{ key: string; value: string }>(statements.listProjectPairs, [projectId]);
  }
}

function batched(
  database: Database,
  observe: Observe<StoreObservation>,
): (change: TagChange) => Promise<TagOutcome> {
  const batching: BatcherOptions<TagChange, TagOutcome> = {
    kind: 'change-tags',
    groupOf: ({ image }) => image.projectId,
    keyOf: ({ image }) => `${image.projectId} ${image.imageId}`,
    weightOf: ({ remove, put }) => remove.length + put.length,
    together: async (changes) => changeTogether(database, changes, await isCitus(database)),
    alone: (change) => changeOne(database, change),
  };
  const batcher = new Batcher(batching, observe);
  return (change) => batcher.submit(change);
}

async function changeOne(database: Database, change: TagChange): Promise<TagOutcome> {
  const citus = await isCitus(database);
  const [answer] = await changeTogether(database, [change], citus);
  if (answer) return answer.result;
  const { projectId, imageId } = change.image;
  return database.transaction(async (client) => {
    await client.query(statements.lockImage, [projectId, imageId]);
    return changeTagsOfLockedImage(client, change, citus);
  });
}

/**
 * As a part of a transaction that holds the image's row, so that no other writer can come between.
 * @param citus may be left out where the transaction is of several shards anyway
 */
export async function changeTagsOfLockedImage(
  client: Queryable,
  change: TagChange,
  citus = false,
): Promise<TagOutcome> {
  const [answer] = await changeTogether(client, [change], citus);
  if (!answer) throw new Error('a locked image was changed');
  return answer.result;
}

/** @param changes of one project, and of each image one @returns undefined for those that were overtaken */
async function changeTogether(
  client: Queryable,
  changes: readonly TagChange[],
  citus: boolean,
): Promise<(BatchedResult<TagOutcome> | undefined)[]> {
  const statement = changeTagsStatement(changes.length, citus);
  const rows = await client.query<ChangeResultRow & Record<string, unknown>>(
    statement,
    changeValues(changes),
  );
  const found = new Map(rows.map((row) => [row.ordinal, row]));
  return changes.map((_, index) => tagOutcomeFromRow(found.get(index + 1)));
}

/** @returns undefined when another writer of the image was faster, or holds it */
export function tagOutcomeFromRow(row: ChangeResultRow | undefined): BatchedResult<TagOutcome> | undefined {
  if (row === undefined) return { result: { kind: 'image-missing' } };
  const { verdict, attempted, done, revision, added, removed } = row;
  if (verdict === 'allowed') return done ? { result: { kind: 'done', revision, added, removed } } : undefined;
  if (verdict === 'over-limit') return { result: { kind: verdict, attempted } };
  return { result: verdict === 'changed-meanwhile' ? { kind: verdict, revision } : { kind: verdict } };
}
