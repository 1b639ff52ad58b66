import type { Instant } from '../../core/clock';
import type { Image, ImageChange, ImageRef, ImageStanding, NewImage } from '../../core/image';
import type { ImageStore } from '../../core/ports';
import type { Tag } from '../../core/tag';
import type { Database, Queryable, Statement } from '../database/database';
import { columnsOf, imageOf, type ImageRow, imageSelection, tagsThere } from './image-rows';
import { lockImage } from '../tags/tag-statements';

/** $1 project, $2 image */
const getImage: Statement = {
  name: 'get-image',
  text: `select ${imageSelection} from images i where i.project_id = $1 and i.id = $2`,
  reads: true,
};

/** $1 image, $2 asking project (or null). The one look-up that no project leads. */
const findImage: Statement = {
  name: 'find-image',
  text: `select i.project_id, i.id, i.visibility, m.status as membership
  from image_owners o
  join images i on i.project_id = o.project_id and i.id = o.id
  left join image_members m on m.project_id = i.project_id and m.image_id = i.id and m.member_id = $2
  where o.id = $1`,
  reads: true,
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

  /** Without waiting where nobody comes between, else behind the image's lock. */
  async change(ref: ImageRef, at: Instant, edit: (image: Image) => ImageChange): Promise<Image | undefined> {
    const image = await read(this.database, ref);
    if (image === undefined) return undefined;
    const change = edit(image);
    if (Object.keys(change).length === 0) return image;
    const moves = change.projectId !== undefined && change.projectId !== ref.projectId;
    const changed = moves ? undefined : await changeUnlessOvertaken(this.database, image, at, change);
    return changed ?? this.changeLocked(ref, at, edit);
  }

  private async changeLocked(
    ref: ImageRef,
    at: Instant,
    edit: (image: Image) => ImageChange,
  ): Promise<Image | undefined> {
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

/**
 * All of a change in one statement, on the image as it was read: every change of an image moves its time or its
 * tags' revision on.
 * @returns undefined when somebody else was quicker
 */
async function changeUnlessOvertaken(
  database: Queryable,
  before: Image,
  at: Instant,
  change: ImageChange,
): Promise<Image | undefined> {
  const { projectId, imageId, tagRevision, updatedAt } = before;
  const { tags } = change;
  const lists = tags
    ? [tags.map(({ name }) => name), tags.map(({ key }) => key), tags.map(({ value }) => value)]
    : [];
  const values = [projectId, imageId, at, tagRevision, updatedAt, ...lists];
  const fields = columnsOf(change);
  const text = `with img as (
    update images i set ${settings(change, fields, values.length)}
    where i.project_id = $1 and i.id = $2 and i.tag_revision = $4 and i.updated_at = $5
    returning i.*
  )${tags ? `, ${tagsReplaced}` : ''}
  select i.*, ${tags ? tagsGiven : tagsThere} as tags from img i`;
  const found = await database.query<ImageRow & Record<string, unknown>>({ text }, [
    ...values,
    ...fields.map(([, value]) => value),
  ]);
  return found[0] && imageOf(found[0]);
}

/** $6 names, $7 keys, $8 values */
const tagsReplaced = `gone as (
    delete from image_tags t using img where t.project_id = $1 and t.image_id = img.id and not t.name = any($6::text[])
  ),
  put as (
    insert into image_tags (project_id, image_id, name, key, value)
    select $1, img.id, a.name, a.key, a.value
    from img, unnest($6::text[], $7::text[], $8::text[]) as a (name, key, value)
    on conflict (project_id, image_id, name) do nothing
  )`;

const tagsGiven = `coalesce((
    select json_agg(json_build_array(a.name, a.key, a.value) order by a.name collate "C")
    from unnest($6::text[], $7::text[], $8::text[]) as a (name, key, value)
  ), '[]')`;

/** The time moves on even where the clock has not, so that it tells two changes apart. */
function settings(
  change: ImageChange,
  fields: readonly (readonly [string, unknown])[],
  before: number,
): string {
  return [
    `updated_at = greatest(updated_at + interval '1 microsecond', $3)`,
    ...fields.map(([column], index) => `${column} = $${String(index + 1 + before)}`),
    ...(change.tags ? ['tag_revision = tag_revision + 1'] : []),
  ].join(', ');
}

async function update(client: Queryable, ref: ImageRef, at: Instant, change: ImageChange): Promise<void> {
  const fields = columnsOf(change);
  const text = `update images set ${settings(change, fields, 3)} where project_id = $1 and id = $2`;
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
