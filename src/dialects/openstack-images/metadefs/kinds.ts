import type { MetadefAction, MetadefItem, MetadefKind } from '../../../core/metadefs/metadef';
import { isJsonObject } from '../python/json-schema';
import {
  associationBody,
  storedAssociationFields,
  storedObjectFields,
  storedPropertyFields,
  nameOnlyBody,
  objectBody,
  propertiesBody,
  propertyBody,
  type DatedMetadefDraft,
} from './bodies';
import { type BodyForm, timestampFields, requireMatchingSchema } from './requests';
import { associationSchema, namedPropertySchema, objectSchema, propertySchema, tagSchema } from './schemas';
import { associationType, objectType, propertyType, tagType } from './types';
import type { FieldValues } from './typed-values';

/** A kind of item in a namespace: all that differs between the kinds. */
export interface MetadefItemKind {
  readonly kind: MetadefKind;
  /** Its part of names of operations, alone and with all others of its kind. */
  readonly one: string;
  readonly many: string;
  readonly path: string;
  readonly parameter: string;
  readonly form: BodyForm;
  /** Members that are stored beside the name. */
  readonly kept: readonly string[];
  readonly add: MetadefAction;
  readonly modify: MetadefAction;
  readonly remove: MetadefAction;
  show(item: DatedMetadefDraft, namespace: string): unknown;
  /** The answer to a change. */
  echo(item: DatedMetadefDraft, namespace: string): unknown;
  list(items: readonly MetadefItem[], namespace: string): unknown;
}

/** The properties of an object are held against their schema one by one; in a namespace they are not. */
function checkProperties(body: FieldValues): void {
  const properties = body.get('properties');
  if (!isJsonObject(properties)) return;
  for (const property of properties.values()) requireMatchingSchema(namedPropertySchema, property);
}

export const objectKind: MetadefItemKind = {
  kind: 'object',
  one: 'MetadefObject',
  many: 'MetadefObjects',
  path: 'objects',
  parameter: 'object_name',
  form: {
    readOnly: ['self', 'schema', ...timestampFields],
    schema: objectSchema,
    type: objectType,
    check: checkProperties,
  },
  kept: storedObjectFields,
  add: 'add_metadef_object',
  modify: 'modify_metadef_object',
  remove: 'delete_metadef_object',
  show: (item, namespace) => objectBody(item, namespace, false),
  echo: (item, namespace) => objectBody(item, namespace, true),
  list: (items, namespace) => ({
    objects: items.map((item) => objectBody(item, namespace, false)),
    // Without a slash in front, as Glance has it.
    schema: 'v2/schemas/metadefs/objects',
  }),
};

export const propertyKind: MetadefItemKind = {
  kind: 'property',
  one: 'MetadefProperty',
  many: 'MetadefProperties',
  path: 'properties',
  parameter: 'property_name',
  form: { readOnly: timestampFields, schema: propertySchema, type: propertyType },
  kept: storedPropertyFields,
  add: 'add_metadef_property',
  modify: 'modify_metadef_property',
  remove: 'remove_metadef_property',
  show: (item) => propertyBody(item, true),
  echo: (item) => propertyBody(item, true),
  list: (items) => ({ properties: propertiesBody(items) }),
};

export const tagKind: MetadefItemKind = {
  kind: 'tag',
  one: 'MetadefTag',
  many: 'MetadefTags',
  path: 'tags',
  parameter: 'tag_name',
  form: { readOnly: timestampFields, schema: tagSchema, type: tagType },
  kept: [],
  add: 'add_metadef_tag',
  modify: 'modify_metadef_tag',
  remove: 'delete_metadef_tag',
  show: nameOnlyBody,
  echo: nameOnlyBody,
  list: (items) => ({ tags: items.map(({ name }) => ({ name })) }),
};

export const associationKind: MetadefItemKind = {
  kind: 'resource-type',
  one: 'MetadefAssociation',
  many: 'MetadefAssociations',
  path: 'resource_types',
  parameter: 'resource_type',
  form: { readOnly: timestampFields, schema: associationSchema, type: associationType },
  kept: storedAssociationFields,
  add: 'add_metadef_resource_type_association',
  modify: 'add_metadef_resource_type_association',
  remove: 'remove_metadef_resource_type_association',
  show: associationBody,
  echo: associationBody,
  list: (items) => ({ resource_type_associations: items.map(associationBody) }),
};
