/**
 * Words that are never a project's id, because they stand where a project may stand in a path and mean
 * something else there. Whoever makes projects refuses them as ids.
 */
export const reservedProjectWords = [
  // `/v2/images…`, `/v1/images…` (Glance) and `/v1/cloudimages…`, `/v2/cloudimages…` (Huawei): the roots.
  'images',
  'cloudimages',
  // `/v2/schemas/images` is the schema of a list, and the other roots of Glance v2 beside it.
  'schemas',
  'tasks',
  'metadefs',
  'info',
  'stores',
  'cache',
  'queued_images',
  'cached_images',
  'discovery',
  // Parts of the paths under an image: a project of such a name would make logs and links ambiguous.
  'tags',
  'members',
  'file',
  'stage',
  'staging',
  'import',
  'actions',
  'locations',
  'nodes',
  'jobs',
  'resource_instances',
] as const;

const reserved: ReadonlySet<string> = new Set(reservedProjectWords);
const form = /^[0-9A-Za-z_-]{1,64}$/;

/** Can this be the id of a project? Identity makes 32 hex digits; an outside Keystone may have others. */
export function isProjectId(text: string): boolean {
  return form.test(text) && !reserved.has(text);
}
