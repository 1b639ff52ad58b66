import type { Image } from './image';
import type { ImageCondition } from './ports';

/*
 * Attributes that every image has implicitly. One service shows them, another treats every unknown name as a
 * property; filters find the same images in both.
 */

/** The value that a missing property of this name implies: registered, in the default enterprise project... */
const meantByAbsence: Readonly<Record<string, string>> = {
  __isregistered: 'true',
  __whole_image: 'false',
  __support_arm: 'false',
  enterprise_project_id: '0',
};

export const propertiesWithImpliedValue: readonly string[] = Object.keys(meantByAbsence);

/** The image has this value, or lacks the property and that implies it. */
export function propertyCondition(name: string, value: string): ImageCondition {
  const absent = Object.hasOwn(meantByAbsence, name) ? meantByAbsence[name] : undefined;
  return { kind: absent === value ? 'property-or-absent' : 'property', name, value };
}

/** An image's relation to a project: public, its own, or shared with it. */
export type ImageType = 'gold' | 'private' | 'shared';

export function computeImageType({ visibility, projectId }: Image, asking: string | null): ImageType {
  if (visibility === 'public') return 'gold';
  return projectId === asking ? 'private' : 'shared';
}

/** Matches images of this type for the asking project; matches none if there is no such type. */
export function imageTypeConditions(type: string, asking: string | null): ImageCondition[] {
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
