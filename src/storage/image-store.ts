import type { Instant } from '../core/clock';
import type { Image, ImageChange, ImageRef, ImageStanding, NewImage } from '../core/image';
import type { ImageStore } from '../core/ports';
import type { Tag } from '../core/tag';
import type { Database, Queryable } from './database';
import { columnsOf, imageOf, type ImageRow, imageSelection } from './image-rows';
import { lockImage } from './tag-statements';

/** $1 project, $2 image */
const getImage = {
  name: 'get-image',
  text: `select ${imageSelection} from images i where i.project_id = $1 and i.id = $2`,
};

/** $1 image, $2 asking project (or null). The one look-up that no project leads. */
const findImage = {
  name: 'find-image',
  text: `select i.project_id, i.id, i.visibility, m.status as membership
  from image_owners o
  join images i on i.project_id = o.project_id and i.id = o.id
  left join image_members m on m.project_id = i.project_id and m.image_id = i.id and m.member_id = $2
  where o.id = $1`,
};

const claimId = {
  name: 'claim-image-id',
  text: 'insert into image_owners (id, project_id) values ($1, $2) on conflict (id) do nothing returning id',
};

const insertTags = {
  name: 'insert-tags',
  text: `insert into image_tags (project_id, image_id, name, key, value)
  select $1, $2, a.* from unnest($3::text[], $4::text[], $5::text[]) as a`,
};

export class PostgresImageStore implements ImageStore {
  constructor(private readonly database: Database) {}

  async create(image: NewImage): Promise<boolean> {
    return this.database.transaction((client) => insertImage(client, image));
  }

  async get(image: ImageRef): Promise<Image | undefined> {
    return read(this.database, image);
  }

  async find(imageId: string, asking: string | null): Promise<ImageStanding | undefined> {
    type Row = Pick<ImageRow, 'project_id' | 'id' | 'visibility'> & Pick<ImageStanding, 'membership'>;
    const [row] = await this.database.query<Row>(findImage, [imageId, asking]);
    if (row === undefined) return undefined;
    return {
      projectId: row.project_id,
      imageId: row.id,
      visibility: row.visibility,
      membership: row.membership,
    };
  }

  async change(ref: ImageRef, at: Instant, edit: (image: Image) => ImageChange): Promise<Image | undefined> {
    return this.database.transaction(async (client) => {
      await client.query(lockImage, [ref.projectId, ref.imageId]);
      const image = await read(client, ref);
      if (image === undefined) return undefined;
      const change = edit(image);
      if (Object.keys(change).length === 0) return image;
      // Tags first: the update may move the image, and its tags with it, to another project.
      if (change.tags) await replaceTags(client, ref, image, change.tags);
      await update(client, ref, at, change);
      return this.moved(client, ref, change);
    });
  }

  async remove(ref: ImageRef, check: (image: Image) => void): Promise<Image | undefined> {
    return this.database.transaction(async (client) => {
      await client.query(lockImage, [ref.projectId, ref.imageId]);
      const image = await read(client, ref);
      if (image === undefined) return undefined;
      check(image);
      await client.query({ text: 'delete from images where project_id = $1 and id = $2' }, [
        ref.projectId,
        ref.imageId,
      ]);
      return image;
    });
  }

  /** Members and tags follow a move to another project by themselves (`on update cascade`). */
  private async moved(client: Queryable, ref: ImageRef, change: ImageChange): Promise<Image | undefined> {
    const projectId = change.projectId ?? ref.projectId;
    if (projectId !== ref.projectId) {
      await client.query({ text: 'update image_owners set project_id = $2 where id = $1' }, [
        ref.imageId,
        projectId,
      ]);
    }
    return read(client, { projectId, imageId: ref.imageId });
  }
}

/** The image with its tags, as a part of a transaction. @returns false when the id is taken */
export async function insertImage(client: Queryable, image: NewImage): Promise<boolean> {
  const claimed = await client.query(claimId, [image.imageId, image.projectId]);
  if (claimed.length === 0) return false;
  const fields = [
    ...columnsOf(image),
    ['updated_at', image.createdAt] as const,
    ['tag_revision', 0] as const,
  ];
  const names = fields.map(([column]) => column).join(', ');
  const places = fields.map((_, index) => `$${String(index + 1)}`).join(', ');
  await client.query(
    { text: `insert into images (${names}) values (${places})` },
    fields.map(([, value]) => value),
  );
  await putTags(client, image, image.tags);
  return true;
}

async function read(client: Queryable, ref: ImageRef): Promise<Image | undefined> {
  const [row] = await client.query<ImageRow & Record<string, unknown>>(getImage, [
    ref.projectId,
    ref.imageId,
  ]);
  return row && imageOf(row);
}

async function update(client: Queryable, ref: ImageRef, at: Instant, change: ImageChange): Promise<void> {
  const fields = columnsOf(change);
  const sets = fields.map(([column], index) => `${column} = $${String(index + 4)}`);
  if (change.tags) sets.push('tag_revision = tag_revision + 1');
  const text = `update images set ${['updated_at = greatest(updated_at, $3)', ...sets].join(', ')}
    where project_id = $1 and id = $2`;
  await client.query({ text }, [ref.projectId, ref.imageId, at, ...fields.map(([, value]) => value)]);
}

async function replaceTags(
  client: Queryable,
  ref: ImageRef,
  before: Image,
  tags: readonly Tag[],
): Promise<void> {
  const names = tags.map((tag) => tag.name);
  const text =
    'delete from image_tags where project_id = $1 and image_id = $2 and not name = any($3::text[])';
  await client.query({ text }, [ref.projectId, ref.imageId, names]);
  const there = new Set(before.tags.map((tag) => tag.name));
  await putTags(
    client,
    ref,
    tags.filter((tag) => !there.has(tag.name)),
  );
}

async function putTags(client: Queryable, ref: ImageRef, tags: readonly Tag[]): Promise<void> {
  if (tags.length === 0) return;
  const column = (field: keyof Tag): string[] => tags.map((tag) => tag[field]);
  await client.query(insertTags, [
    ref.projectId,
    ref.imageId,
    column('name'),
    column('key'),
    column('value'),
  ]);
}
