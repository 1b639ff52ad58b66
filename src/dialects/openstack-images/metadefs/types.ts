import type { MemberTypes } from './typed-values';

/*
 * In the order in which Glance shows the members: that of its classes.
 */

const moments = { created_at: 'text', updated_at: 'text' } as const;
const links = { self: 'text', schema: 'text' } as const;
const texts = { listOf: 'text' } as const;

const itemType: MemberTypes = { members: { 'type!': 'text', enum: texts } };

export const propertyType: MemberTypes = {
  members: {
    name: 'text',
    'type!': 'text',
    'title!': 'text',
    description: 'text',
    operators: texts,
    default: 'bytes',
    readonly: 'bool',
    minimum: 'int',
    maximum: 'int',
    enum: texts,
    pattern: 'text',
    minLength: 'int',
    maxLength: 'int',
    confidential: 'bool',
    items: itemType,
    uniqueItems: 'bool',
    minItems: 'int',
    maxItems: 'int',
    additionalItems: 'bool',
  },
};

export const objectType: MemberTypes = {
  members: {
    'name!': 'text',
    required: texts,
    description: 'text',
    properties: { dictOf: propertyType },
    ...moments,
    ...links,
  },
};

export const associationType: MemberTypes = {
  members: { 'name!': 'text', prefix: 'text', properties_target: 'text', ...moments },
};

export const tagType: MemberTypes = { members: { 'name!': 'text', ...moments } };

export const tagsType: MemberTypes = { members: { 'tags!': { listOf: tagType } } };

export const namespaceType: MemberTypes = {
  members: {
    'namespace!': 'text',
    display_name: 'text',
    description: 'text',
    visibility: 'text',
    protected: 'bool',
    owner: 'text',
    ...moments,
    resource_type_associations: { listOf: associationType },
    properties: { dictOf: propertyType },
    objects: { listOf: objectType },
    tags: { listOf: tagType },
    ...links,
  },
};
