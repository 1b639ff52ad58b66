import type { Image } from './image';
import type { ImageCondition } from './ports';

/*
 * Attributes that every image has without being given them. One service shows them, another takes every unknown name
 * for that of a property; filters find the same images in both.
 */

/** What it means that an image has no property of this name: it is registered, in the default enterprise project... */
const meantByAbsence: Readonly<Record<string, string>> = {
  __isregistered: 'true',
  __whole_image: 'false',
  __support_arm: 'false',
  enterprise_project_id: '0',
};

export const namesMeantByAbsence: readonly string[] = Object.keys(meantByAbsence);

/** The image has a property with this value, or has none and that means it. */
export function propertyCondition(name: string, value: string): ImageCondition {
  const absent = Object.hasOwn(meantByAbsence, name) ? meantByAbsence[name] : undefined;
  return { kind: absent === value ? 'property-or-absent' : 'property', name, value };
}

/** What an image is to a project: offered to everybody, its own, or one that another project shares with it. */
export type ImageType = 'gold' | 'private' | 'shared';

export function imageTypeOf({ visibility, projectId }: Image, asking: string | null): ImageType {
  if (visibility === 'public') return 'gold';
  return projectId === asking ? 'private' : 'shared';
}

/** Holds for the images that are of this type to the project that asks; for none when there is no such type. */
export function typeConditions(type: string, asking: string | null): ImageCondition[] {
  const isPublic = (op: 'eq' | 'neq'): ImageCondition => ({
    kind: 'field',
    field: 'visibility',
    op,
    value: 'public',
  });
  const isOwn = (op: 'eq' | 'neq'): ImageCondition => ({
    kind: 'field',
    field: 'owner',
    op,
    value: asking ?? '',
  });
  switch (type) {
    case 'gold':
      return [isPublic('eq')];
    case 'private':
      return [isPublic('neq'), isOwn('eq')];
    case 'shared':
      return [isPublic('neq'), isOwn('neq')];
    default:
      return [{ kind: 'field-in', field: 'id', values: [] }];
  }
}
