import type { Instant } from '../../core/clock';
import type { ImageRef } from '../../core/image';
import type { PairSelector, TagOutcome, TagStore } from '../../core/ports';
import type { Pair, Tag } from '../../core/tag';
import type { Database, Queryable, Statement } from '../database/database';
import * as statements from './tag-statements';

/** What the change statements report; no row means that the image is not there. */
export interface ChangeRow {
  readonly allowed: boolean;
  readonly attempted: number;
  readonly done: boolean;
}

/** A tag as `json_build_array(name, key, value)` gives it. */
export type TagRow = readonly [name: string, key: string, value: string];

export function tagOf([name, key, value]: TagRow): Tag {
  return { name, key, value };
}

export class PostgresTagStore implements TagStore {
  constructor(private readonly database: Database) {}

  async add(image: ImageRef, tag: Tag, limit: number, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, tag.name, tag.key, tag.value, limit];
    return this.change(image, statements.addTag, values, 'over-limit');
  }

  async remove(image: ImageRef, name: string, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, name];
    return this.change(image, statements.removeTag, values, 'tag-missing');
  }

  async removeKey(image: ImageRef, key: string, at: Instant): Promise<TagOutcome> {
    const values = [image.projectId, image.imageId, at, key];
    return this.change(image, statements.removeKey, values, 'tag-missing');
  }

  async removePairs(image: ImageRef, pairs: readonly PairSelector[], at: Instant): Promise<TagOutcome> {
    const whole = pairs.filter((pair) => pair.value === null);
    const exact = pairs.filter((pair) => pair.value !== null);
    const keysOf = (list: readonly PairSelector[]): string[] => list.map((pair) => pair.key);
    const values = [
      image.projectId,
      image.imageId,
      at,
      keysOf(whole),
      keysOf(exact),
      exact.map((pair) => pair.value),
    ];
    return this.change(image, statements.removePairs, values, null);
  }

  async set(image: ImageRef, tags: readonly Tag[], limit: number, at: Instant): Promise<TagOutcome> {
    const column = (field: keyof Tag): string[] => tags.map((tag) => tag[field]);
    const values = [
      image.projectId,
      image.imageId,
      at,
      column('name'),
      column('key'),
      column('value'),
      limit,
    ];
    return this.change(image, statements.setTags, values, 'over-limit');
  }

  async list(image: ImageRef): Promise<readonly Tag[] | undefined> {
    const values = [image.projectId, image.imageId];
    const [row] = await this.database.query<{ tags: TagRow[] }>(statements.listTags, values);
    return row?.tags.map(tagOf);
  }

  async listProject(projectId: string): Promise<readonly Pair[]> {
    return this.database.query<{ key: string; value: string }>(statements.listProjectPairs, [projectId]);
  }

  private async change(
    image: ImageRef,
    statement: Statement,
    values: readonly unknown[],
    refusal: Refusal,
  ): Promise<TagOutcome> {
    let row = await ask(this.database, statement, values);
    if (row?.allowed === true && !row.done) {
      // Another writer of this image was faster. Behind its row lock nobody can be.
      row = await this.database.transaction(async (client) => {
        await client.query(statements.lockImage, [image.projectId, image.imageId]);
        return ask(client, statement, values);
      });
    }
    return outcomeOf(row, refusal);
  }
}

/** What it means that a change is not allowed; null: that there was nothing to do. */
export type Refusal = 'tag-missing' | 'over-limit' | null;

export function outcomeOf(row: ChangeRow | undefined, refusal: Refusal): TagOutcome {
  if (row === undefined) return { kind: 'image-missing' };
  if (row.done || refusal === null) return { kind: 'done' };
  return refusal === 'tag-missing'
    ? { kind: 'tag-missing' }
    : { kind: 'over-limit', attempted: row.attempted };
}

async function ask(
  client: Queryable,
  statement: Statement,
  values: readonly unknown[],
): Promise<ChangeRow | undefined> {
  const [row] = await client.query<ChangeRow & Record<string, unknown>>(statement, values);
  return row;
}
