import type { Image, ImageChange, Visibility } from '../../core/image';
import type { CheckPermission } from '../../core/image-service';
import { countCodePoints, tagFromName } from '../../core/tag';
import { readInteger } from './image-body';
import type { JsonPatchChange } from './json-patch';
import { detailedPageError, pageError } from './errors/page-error';

/** The fields that a patch may set, and what each is in the core. */
const fields = {
  name: 'name',
  disk_format: 'diskFormat',
  container_format: 'containerFormat',
  visibility: 'visibility',
  min_disk: 'minDisk',
  min_ram: 'minRam',
  protected: 'protected',
  os_hidden: 'hidden',
  owner: 'projectId',
  tags: 'tags',
} as const;

type FieldName = keyof typeof fields;

function isField(name: string): name is FieldName {
  return Object.hasOwn(fields, name);
}

type Draft = { -readonly [Field in keyof ImageChange]: ImageChange[Field] };

/**
 * What a patch comes to on an image as it is now: its changes one after the other, each with the permission
 * that it needs, on what the ones before have left.
 * @param isAdmin whether the caller may give images away with `replace`, if `permit` lets it; whatever its scope
 * @throws Refused, PageError 400, 403, 409
 */
export function applyPatch(
  image: Image,
  changes: readonly JsonPatchChange[],
  permit: CheckPermission,
  isAdmin: boolean,
): ImageChange {
  const draft: Draft = {};
  const properties = new Map(image.properties);
  for (const change of changes) {
    if (change.name === 'locations') refuseLocations(image, change, permit);
    if (change.op === 'replace' && change.name === 'owner' && !isAdmin) {
      throw detailedPageError(403, "Owner can't be updated by non admin.");
    }
    permitChange({ ...image, ...draft }, change, permit);
    if (change.op === 'remove') remove(properties, change.name);
    else set(image, draft, properties, change, isAdmin);
  }
  return changes.length === 0 ? {} : { ...draft, properties };
}

function permitChange(image: Image, change: JsonPatchChange, permit: CheckPermission): void {
  if (change.name === 'visibility' && change.op !== 'remove') {
    if (change.value === 'public') permit('publicize_image', image);
    if (change.value === 'community') permit('communitize_image', image);
  }
  permit('modify_image', image);
}

/** Locations are not shown, so they are not changed either: Glance's own default. */
function refuseLocations(image: Image, change: JsonPatchChange, permit: CheckPermission): never {
  if (change.op === 'replace' && Array.isArray(change.value) && change.value.length === 0) {
    throw detailedPageError(403, 'Cannot set locations to empty list.');
  }
  permit(change.op === 'remove' ? 'delete_image_location' : 'set_image_location', image);
  const verb = change.op === 'replace' ? 'update' : change.op;
  throw pageError(403, `It's not allowed to ${verb} locations if locations are invisible.`);
}

function remove(properties: Map<string, string | null>, name: string): void {
  if (isField(name)) throw detailedPageError(403, `Property ${name} may not be removed.`);
  if (!properties.delete(name)) throw detailedPageError(409, `Property ${name} does not exist.`);
}

function set(
  image: Image,
  draft: Draft,
  properties: Map<string, string | null>,
  change: Extract<JsonPatchChange, { op: 'add' | 'replace' }>,
  isAdmin: boolean,
): void {
  const { op, name, value } = change;
  const exists = isField(name) || properties.has(name);
  if (op === 'add' && exists && change.draft === 4) {
    throw detailedPageError(409, `Property ${name} already present.`);
  }
  if (isField(name)) {
    Object.assign(draft, { [fields[name]]: fieldValue(image, draft, name, value, isAdmin) });
    return;
  }
  if (op === 'replace' && !exists) throw detailedPageError(409, `Property ${name} does not exist.`);
  if (countCodePoints(name) > 255) {
    throw pageError(400, 'Custom property should not be greater than 255 characters.');
  }
  if (typeof value === 'string' || value === null) properties.set(name, value);
}

/** The value has passed the schema already. */
function fieldValue(image: Image, draft: Draft, name: FieldName, value: unknown, isAdmin: boolean): unknown {
  switch (name) {
    case 'disk_format':
    case 'container_format':
      if (image.status === 'queued') return value;
      throw pageError(403, `Attribute ${name} can be only replaced for a queued image.`);
    case 'min_disk':
    case 'min_ram':
      return readInteger(name, value);
    case 'tags':
      return (value as readonly string[]).map(tagFromName);
    case 'owner':
      return newOwner(image, draft, typeof value === 'string' ? value : '', isAdmin);
    case 'name':
    case 'visibility':
    case 'protected':
    case 'os_hidden':
      return value;
  }
}

/** A member may give an image away, as long as it can still be seen afterwards. */
function newOwner(image: Image, draft: Draft, owner: string, isAdmin: boolean): string {
  const visibility: Visibility = draft.visibility ?? image.visibility;
  const stays = owner === image.projectId || visibility === 'public' || visibility === 'community';
  if (stays || isAdmin) return owner;
  throw pageError(403, `Forbidding request, image ${image.imageId} not visible`);
}
