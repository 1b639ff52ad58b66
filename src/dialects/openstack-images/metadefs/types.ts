import type { FieldTypes } from './typed-values';

/*
 * In the order in which Glance shows the members: that of its classes.
 */

const moments = { created_at: 'text', updated_at: 'text' } as const;
const links = { self: 'text', schema: 'text' } as const;
const texts = { listOf: 'text' } as const;

const itemType: FieldTypes = { members: { 'type!': 'text', enum: texts } };

export const propertyType: FieldTypes = {
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

export const objectType: FieldTypes = {
  members: {
    'name!': 'text',
    required: texts,
    description: 'text',
    properties: { dictOf: propertyType },
    ...moments,
    ...links,
  },
};

export const associationType: FieldTypes = {
  members: { 'name!': 'text', prefix: 'text', properties_target: 'text', ...moments },
};

export const tagType: FieldTypes = { members: { 'name!': 'text', ...moments } };

export const tagsType: FieldTypes = { members: { 'tags!': { listOf: tagType } } };

export const namespaceType: FieldTypes = {
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
