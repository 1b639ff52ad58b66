import { computeImageType } from '../../core/computed-attributes';
import { formatWholeSeconds } from '../../core/clock';
import { distinctPairs, dottedFromPair } from '../huawei-ims/rules';
import { toHuaweiStatus } from '../huawei-ims/statuses';
import type { Image, ImageMember } from '../../core/image';
import { modelLimits } from '../../core/limits';
import { compareByCodePoint, type TagPair, type Tag, tagFromPair } from '../../core/tag';
import { isOrganization, encodeMemberMarker, type MemberPageQuery } from './member-requests';

/** How a pair is written as one text. */
export type FormatPair = (pair: TagPair) => string;

export const pairFormatters: Readonly<Record<'equals' | 'dot', FormatPair>> = {
  equals: (pair) => tagFromPair(pair).name,
  dot: dottedFromPair,
};

/** The distinct texts of all tags, in order. */
export function tagTextsBody(images: readonly Image[], write: FormatPair): { tags: string[] } {
  return {
    tags: textsOf(
      images.flatMap(({ tags }) => tags),
      write,
    ),
  };
}

/** @param asking the caller's project: what is private to one is shared to another */
export function imagesBody(images: readonly Image[], asking: string | null): { images: object[] } {
  return { images: images.map((image) => imageBody(image, asking)) };
}

/** Properties first, so that none of them stands for a member of the image itself. */
export function imageBody(image: Image, asking: string | null): object {
  const self = `/v2/images/${image.imageId}`;
  return {
    __isregistered: 'true',
    ...Object.fromEntries([...image.properties].filter(([, value]) => value !== null)),
    __imagetype: computeImageType(image, asking),
    ...(image.size !== null && { __image_size: String(image.size) }),
    id: image.imageId,
    name: image.name,
    owner: image.projectId,
    status: toHuaweiStatus(image.status),
    visibility: image.visibility,
    protected: image.protected,
    tags: textsOf(image.tags, pairFormatters.equals),
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    size: image.size,
    virtual_size: image.virtualSize,
    checksum: image.checksum,
    created_at: formatWholeSeconds(image.createdAt),
    updated_at: formatWholeSeconds(image.updatedAt),
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  };
}

export function memberBody(member: ImageMember): object {
  return {
    status: member.status,
    created_at: formatWholeSeconds(member.createdAt),
    updated_at: formatWholeSeconds(member.updatedAt),
    image_id: member.imageId,
    member_id: member.memberId,
    ...(isOrganization(member.memberId)
      ? { member_type: 'organization', urn: member.memberId }
      : { member_type: 'project' }),
    schema: '/v2/schemas/member',
  };
}

/** In the order of the projects' ids, so that a page goes on behind any of them. */
export function memberPageBody(members: readonly ImageMember[], { limit, after }: MemberPageQuery): object {
  const rest = [...members]
    .sort((one, other) => compareByCodePoint(one.memberId, other.memberId))
    .filter(({ memberId }) => after === null || compareByCodePoint(memberId, after) > 0);
  const page = rest.slice(0, limit);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return {
    members: page.map(memberBody),
    schema: '/v2/schemas/members',
    page_info: { next_marker: last ? encodeMemberMarker(last.memberId) : null, current_count: page.length },
  };
}

/** @param limit of own images; null: none, which is -1, as every absent limit */
export function quotaBody(
  used: { readonly own: number; readonly shared: number },
  limit: number | null,
): object {
  const resource = (type: string, count: number, quota = -1): object => ({
    type,
    used: count,
    quota,
    min: 0,
    max: quota,
  });
  return {
    quotas: {
      resources: [
        resource('image', used.own, limit ?? -1),
        resource('image_shared', used.shared),
        {
          type: 'image_member',
          used: 0,
          quota: modelLimits.membersPerImage,
          min: 0,
          max: modelLimits.membersPerImage,
        },
      ],
    },
  };
}

function textsOf(tags: readonly Tag[], write: FormatPair): string[] {
  return [...new Set(distinctPairs(tags).map(write))].sort(compareByCodePoint);
}
