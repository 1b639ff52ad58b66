import type { Observe } from '../../core/observe';
import { type Instant, ensureLaterThan } from '../../core/clock';
import { Refused } from '../../core/errors';
import type { Image, ImageChange, ImageRef, ImageAccessFacts, NewImage } from '../../core/image';
import type { ImageStore } from '../../core/ports';
import { compareByCodePoint, type Tag } from '../../core/tag';
import type { ChangeStamp, TagChange, TagChangeDone } from '../../core/tag-change';
import type { Database, Queryable } from '../database/database';
import type { StoreObservation } from '../database/observation';
import { isCitus } from '../database/engine';
import { changeImageStatement, type ChangeResultRow } from '../tags/change-statement';
import { changeTagsOfLockedImage, tagOutcomeFromRow } from '../tags/tag-store';
import { findImageAccessFacts } from './find-image';
import { changedImageColumns, insertImageRow } from './image-rows';
import { createImageReader, readImage, readLockedImage } from './image-reading';

const claimId = {
  name: 'claim-image-id',
  text: 'insert into image_owners (id, project_id) values ($1, $2) on conflict (id) do nothing returning id',
};

const moveId = { text: 'update image_owners set project_id = $2 where id = $1' };

/** $1 project, $2 image, $3 its next project */
const copyMembers = {
  text: `insert into image_members (project_id, image_id, member_id, status, created_at, updated_at)
  select $3, image_id, member_id, status, created_at, updated_at
  from image_members where project_id = $1 and image_id = $2`,
};

const deleteImage = { text: 'delete from images where project_id = $1 and id = $2' };

/** With an observer, images requested at the same time are read together. */
export class PostgresImageStore implements ImageStore {
  private readonly read: (image: ImageRef) => Promise<Image | undefined>;

  constructor(
    private readonly database: Database,
    batching: Observe<StoreObservation> | null = null,
    private readonly recorded = true,
  ) {
    this.read = batching ? createImageReader(database, batching) : (image) => readImage(database, image);
  }

  async create(image: NewImage, stamp: ChangeStamp): Promise<boolean> {
    return this.database.transaction((client) => insertImage(client, image, this.marked(stamp)));
  }

  async get(image: ImageRef): Promise<Image | undefined> {
    return this.read(image);
  }

  async find(imageId: string, asking: string | null): Promise<ImageAccessFacts | undefined> {
    return findImageAccessFacts(this.database, imageId, asking);
  }

  /** Without waiting where no other writer comes between, else behind the image's lock. */
  async change(
    ref: ImageRef,
    stamp: ChangeStamp,
    edit: (image: Image) => ImageChange,
  ): Promise<Image | undefined> {
    const image = await this.read(ref);
    if (image === undefined) return undefined;
    const change = edit(image);
    if (Object.keys(change).length === 0) return image;
    const marked = this.marked(stamp);
    const changed = moves(image, change) ? undefined : await this.write(image, marked, change);
    return changed ?? this.database.transaction((client) => changeBehindLock(client, ref, marked, edit));
  }

  async remove(ref: ImageRef, stamp: ChangeStamp, check: (image: Image) => void): Promise<Image | undefined> {
    return this.database.transaction(async (client) => {
      const image = await readLockedImage(client, ref);
      if (image === undefined) return undefined;
      check(image);
      await removeWithTags(client, image, this.marked(stamp));
      return image;
    });
  }

  private async write(image: Image, stamp: ChangeStamp, change: ImageChange): Promise<Image | undefined> {
    return write(this.database, image, stamp, change, await isCitus(this.database));
  }

  private marked(stamp: ChangeStamp): ChangeStamp {
    return this.recorded ? stamp : { ...stamp, recorded: false };
  }
}

/** The image with its tags, as a part of a transaction. @returns false when the id is taken */
export async function insertImage(client: Queryable, image: NewImage, stamp: ChangeStamp): Promise<boolean> {
  const claimed = await client.query(claimId, [image.imageId, image.projectId]);
  if (claimed.length === 0) return false;
  await insertImageRow(client, { ...image, updatedAt: image.createdAt, tagRevision: 0 });
  if (image.tags.length > 0) await changeTagsOfLockedImage(client, tagChange(image, stamp, [], image.tags));
  return true;
}

/**
 * The end of a job's work on an image, as a part of a transaction; nothing if the image is no longer at work.
 * @returns whether it was removed
 */
export async function endJobOnImage(
  client: Queryable,
  ref: ImageRef,
  becomes: 'active' | 'queued' | 'removed',
  given: ChangeStamp,
): Promise<boolean> {
  const image = await readLockedImage(client, ref);
  // `queued`: it was put back from a snapshot.
  if (image?.status !== 'saving' && image?.status !== 'queued') return false;
  const stamp = { ...given, at: ensureLaterThan(given.at, image.updatedAt) };
  if (becomes === 'removed') await removeWithTags(client, image, stamp);
  else await write(client, image, stamp, { status: becomes });
  return becomes === 'removed';
}

async function changeBehindLock(
  client: Queryable,
  ref: ImageRef,
  stamp: ChangeStamp,
  edit: (image: Image) => ImageChange,
): Promise<Image | undefined> {
  const image = await readLockedImage(client, ref);
  if (image === undefined) return undefined;
  const change = edit(image);
  if (Object.keys(change).length === 0) return image;
  if (moves(image, change)) return move(client, image, stamp, change);
  return write(client, image, stamp, change);
}

function moves({ projectId }: ImageRef, change: ImageChange): boolean {
  return change.projectId !== undefined && change.projectId !== projectId;
}

/**
 * All of a change in one statement, on the image as it was read: every change of an image moves its time or its
 * tags' revision on.
 * @returns undefined when another writer was faster
 */
async function write(
  client: Queryable,
  before: Image,
  stamp: ChangeStamp,
  change: ImageChange,
  citus = false,
): Promise<Image | undefined> {
  const { tags } = change;
  const at = ensureLaterThan(stamp.at, before.updatedAt);
  const ifRevision = [before.tagRevision];
  const wanted = { ...tagChange(before, { ...stamp, at }, tags ? 'all' : [], tags ?? []), ifRevision };
  const { statement, values } = changeImageStatement(
    wanted,
    changedImageColumns(change),
    before.updatedAt,
    citus,
  );
  const [row] = await client.query<ChangeResultRow & Record<string, unknown>>(statement, values);
  const outcome = row && tagOutcomeFromRow(row)?.result;
  if (outcome?.kind === 'guard-required') throw new Refused({ kind: outcome.kind, imageId: before.imageId });
  return outcome?.kind === 'done' ? changedImage(before, at, change, outcome) : undefined;
}

function changedImage(before: Image, at: Instant, change: ImageChange, { revision }: TagChangeDone): Image {
  return {
    ...before,
    ...change,
    tags: change.tags ? inOrder(change.tags) : before.tags,
    updatedAt: at,
    tagRevision: revision,
  };
}

function inOrder(tags: readonly Tag[]): Tag[] {
  return [...tags].sort((a, b) => compareByCodePoint(a.name, b.name));
}

/**
 * To another project: a row under the new key, then the old one goes. As two rows, since a distributed engine moves no
 * row from shard to shard.
 */
async function move(
  client: Queryable,
  before: Image,
  given: ChangeStamp,
  change: ImageChange,
): Promise<Image> {
  const at = ensureLaterThan(given.at, before.updatedAt);
  // That the tags move along is no change that a caller could guard with a state.
  const stamp = { ...given, at, unguarded: false };
  const moved = { ...before, ...change, updatedAt: at };
  const { imageId, projectId, tags } = moved;
  await client.query(moveId, [imageId, projectId]);
  await insertImageRow(client, moved);
  await client.query(copyMembers, [before.projectId, imageId, projectId]);
  const outcome = await changeTagsOfLockedImage(client, tagChange(moved, stamp, [], tags));
  await removeWithTags(client, before, stamp);
  if (outcome.kind !== 'done') throw new Error('the moved image is not there');
  return changedImage(moved, at, { tags }, outcome);
}

async function removeWithTags(client: Queryable, image: Image, stamp: ChangeStamp): Promise<void> {
  if (image.tags.length > 0) await changeTagsOfLockedImage(client, tagChange(image, stamp, 'all', []));
  await client.query(deleteImage, [image.projectId, image.imageId]);
}

function tagChange(
  { projectId, imageId }: ImageRef,
  stamp: ChangeStamp,
  remove: TagChange['remove'],
  put: readonly Tag[],
): TagChange {
  const image = { projectId, imageId };
  return { ...stamp, image, remove, put, limit: null, mustExist: false, ifRevision: null };
}
