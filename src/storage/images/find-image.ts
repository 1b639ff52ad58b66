import type { ImageAccessFacts } from '../../core/image';
import type { Database, Statement } from '../database/database';
import { isCitus } from '../database/engine';
import type { ImageRow } from './image-rows';

/** $1 image, $2 the caller's project (or null). The only look-up not led by a project. Citus asks every shard. */
const findImage: Statement = {
  name: 'find-image',
  text: `select i.project_id, i.id, i.visibility, m.status as membership
  from images i
  left join image_members m on m.project_id = i.project_id and m.image_id = i.id and m.member_id = $2
  where i.id = $1 and i.project_id = (select o.project_id from image_owners o where o.id = $1)`,
  reads: true,
};

/** $1 image */
const findOwner: Statement = {
  name: 'find-owner',
  text: 'select project_id from image_owners where id = $1',
  reads: true,
};

/** $1 image, $2 the caller's project (or null), $3 project. No join: Citus refuses one whose condition is null. */
const findImageIn: Statement = {
  name: 'find-image-in',
  text: `select i.project_id, i.id, i.visibility, (select m.status from image_members m
      where m.project_id = $3 and m.image_id = $1 and m.member_id = $2) as membership
  from images i where i.project_id = $3 and i.id = $1`,
  reads: true,
};

type FoundImage = Pick<ImageRow, 'project_id' | 'id' | 'visibility'> & Pick<ImageAccessFacts, 'membership'>;

/** @param asking the project whose membership counts, or null */
export async function findImageAccessFacts(
  database: Database,
  imageId: string,
  asking: string | null,
): Promise<ImageAccessFacts | undefined> {
  const row = await findRow(database, imageId, asking);
  if (row === undefined) return undefined;
  const { project_id: projectId, visibility, membership } = row;
  return { projectId, imageId: row.id, visibility, membership };
}

/** Of Citus one shard is asked for the project, then that of the project; one statement would ask all of them. */
async function findRow(
  database: Database,
  imageId: string,
  asking: string | null,
): Promise<FoundImage | undefined> {
  if (!(await isCitus(database))) return (await database.query<FoundImage>(findImage, [imageId, asking]))[0];
  const [owner] = await database.query<{ project_id: string }>(findOwner, [imageId]);
  if (owner === undefined) return undefined;
  const [row] = await database.query<FoundImage>(findImageIn, [imageId, asking, owner.project_id]);
  return row;
}
