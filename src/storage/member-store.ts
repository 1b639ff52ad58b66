import type { Instant } from '../core/clock';
import type { ImageMember, ImageRef, MemberStatus } from '../core/image';
import type { MemberOutcome, MemberStore } from '../core/ports';
import type { Database, Statement } from './database/database';
import { lockImage } from './tags/tag-statements';

interface MemberRow extends Record<string, unknown> {
  readonly image_id: string;
  readonly member_id: string;
  readonly status: MemberStatus;
  readonly created_at: string;
  readonly updated_at: string;
}

const ofMember = 'where project_id = $1 and image_id = $2 and member_id = $3';

/** $1 project, $2 image */
const listMembers: Statement = {
  name: 'list-members',
  text: `select * from image_members where project_id = $1 and image_id = $2 order by created_at, member_id`,
  reads: true,
};

/** $1 project, $2 image, $3 member */
const countMembers = {
  name: 'count-members',
  text: `select count(*) as members, coalesce(bool_or(member_id = $3), false) as there
  from image_members where project_id = $1 and image_id = $2`,
};

/** $4 moment */
const insertMember = {
  name: 'insert-member',
  text: `insert into image_members (project_id, image_id, member_id, status, created_at, updated_at)
  values ($1, $2, $3, 'pending', $4, $4) returning *`,
};

/** $4 status, $5 moment */
const updateMember = {
  name: 'update-member',
  text: `update image_members set status = $4, updated_at = greatest(updated_at, $5) ${ofMember} returning *`,
};

const deleteMember = {
  name: 'delete-member',
  text: `delete from image_members ${ofMember} returning member_id`,
};

export class PostgresMemberStore implements MemberStore {
  constructor(private readonly database: Database) {}

  async list(image: ImageRef): Promise<readonly ImageMember[]> {
    const rows = await this.database.query<MemberRow>(listMembers, [image.projectId, image.imageId]);
    return rows.map(memberOf);
  }

  /** The image's row is locked first: so the limit is exact, and the same member comes once. */
  async add(image: ImageRef, memberId: string, limit: number, at: Instant): Promise<MemberOutcome> {
    const key = [image.projectId, image.imageId, memberId];
    return this.database.transaction<MemberOutcome>(async (client) => {
      const locked = await client.query(lockImage, [image.projectId, image.imageId]);
      if (locked.length === 0) return { kind: 'image-missing' };
      const [seen] = await client.query<{ members: number; there: boolean }>(countMembers, key);
      if (seen?.there === true) return { kind: 'member-exists' };
      const attempted = (seen?.members ?? 0) + 1;
      if (attempted > limit) return { kind: 'over-limit', attempted };
      const [row] = await client.query<MemberRow>(insertMember, [...key, at]);
      return row ? { kind: 'done', member: memberOf(row) } : { kind: 'image-missing' };
    });
  }

  async setStatus(
    image: ImageRef,
    memberId: string,
    status: MemberStatus,
    at: Instant,
  ): Promise<ImageMember | undefined> {
    const values = [image.projectId, image.imageId, memberId, status, at];
    const [row] = await this.database.query<MemberRow>(updateMember, values);
    return row && memberOf(row);
  }

  async remove(image: ImageRef, memberId: string): Promise<boolean> {
    const values = [image.projectId, image.imageId, memberId];
    return (await this.database.query(deleteMember, values)).length > 0;
  }
}

function memberOf(row: MemberRow): ImageMember {
  return {
    imageId: row.image_id,
    memberId: row.member_id,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
