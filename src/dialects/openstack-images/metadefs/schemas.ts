import type { JsonSchema } from '../python/json-schema';
import { glanceJson } from '../python/json-text';

/*
 * The schemas that clients fetch, and by which requests are checked: one text for both, with members in Glance's order.
 * Long descriptions are our own (divergence D16); the short ones appear in error messages and are Glance's.
 */

const text: JsonSchema = { type: 'string' };
const boolean: JsonSchema = { type: 'boolean' };
const reference = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });
const positive = reference('positiveInteger');
const positiveDefault0 = reference('positiveIntegerDefault0');
const types = ['array', 'boolean', 'integer', 'number', 'object', 'string', null] as const;
const readOnlyText: JsonSchema = { readOnly: true, type: 'string' };
const moment = (description: string): JsonSchema => ({
  type: 'string',
  readOnly: true,
  description,
  format: 'date-time',
});

const propertyMembers: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', maxLength: 80 },
  title: text,
  description: text,
  operators: { type: 'array', items: text },
  type: { type: 'string', enum: types },
  required: reference('stringArray'),
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  maxLength: positive,
  minLength: positiveDefault0,
  pattern: { type: 'string', format: 'regex' },
  enum: { type: 'array' },
  readonly: boolean,
  default: {},
  items: { type: 'object', properties: { type: { type: 'string', enum: types }, enum: { type: 'array' } } },
  maxItems: positive,
  minItems: positiveDefault0,
  uniqueItems: { type: 'boolean', default: false },
  additionalItems: boolean,
};

const numbers: Readonly<Record<string, JsonSchema>> = {
  positiveInteger: { type: 'integer', minimum: 0 },
  positiveIntegerDefault0: { allOf: [positive, { default: 0 }] },
};

const definitions: Readonly<Record<string, JsonSchema>> = {
  ...numbers,
  stringArray: { type: 'array', items: text, uniqueItems: true },
  property: {
    type: 'object',
    additionalProperties: { type: 'object', required: ['title', 'type'], properties: propertyMembers },
  },
};

/** Of a property alone: a list of required ones must then not be empty. */
const propertyDefinitions: Readonly<Record<string, JsonSchema>> = {
  ...numbers,
  stringArray: { type: 'array', items: text, minItems: 1, uniqueItems: true },
};

const described = (description: string, maxLength?: number): JsonSchema => ({
  type: 'string',
  description,
  ...(maxLength !== undefined && { maxLength }),
});

const namespaceMembers: Readonly<Record<string, JsonSchema>> = {
  namespace: described('The unique namespace text.', 80),
  display_name: described('The user friendly name for the namespace. Used by UI if available.', 80),
  description: described('Provides a user friendly description of the namespace.', 500),
  visibility: { ...described('Scope of namespace accessibility.'), enum: ['public', 'private'] },
  protected: { type: 'boolean', description: 'If true, namespace will not be deletable.' },
  owner: described('Owner of the namespace.', 255),
  created_at: moment('Date and time of namespace creation'),
  updated_at: moment('Date and time of the last namespace modification'),
  schema: readOnlyText,
  self: readOnlyText,
  resource_type_associations: {
    type: 'array',
    items: { type: 'object', properties: { name: text, prefix: text, properties_target: text } },
  },
  properties: reference('property'),
  objects: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        name: text,
        description: text,
        required: reference('stringArray'),
        properties: reference('property'),
      },
    },
  },
  tags: { type: 'array', items: { type: 'object', properties: { name: text } } },
};

const objectMembers: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', maxLength: 80 },
  description: text,
  required: reference('stringArray'),
  properties: reference('property'),
  schema: readOnlyText,
  self: readOnlyText,
  created_at: moment('Date and time of object creation'),
  updated_at: moment('Date and time of the last object modification'),
};

const tagMembers: Readonly<Record<string, JsonSchema>> = {
  name: { type: 'string', maxLength: 80 },
  created_at: moment('Date and time of tag creation'),
  updated_at: moment('Date and time of the last tag modification'),
};

const associationMembers: Readonly<Record<string, JsonSchema>> = {
  name: described('The kind of resource, by the name that Heat gives it where it has one.', 80),
  prefix: described(
    'What the names of properties begin with where they are set on this kind of resource, with the separator.',
    80,
  ),
  properties_target: described(
    'Which of several sets of metadata the properties belong to, for kinds of resources that have more than one.',
    80,
  ),
  created_at: moment('Date and time of resource type association'),
  updated_at: moment('Date and time of the last resource type association modification'),
};

interface Definition {
  readonly name: string;
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

function schemaOf({ name, properties, definitions: shared, required }: Definition): JsonSchema {
  return {
    name,
    properties,
    additionalProperties: false,
    ...(shared && { definitions: shared }),
    ...(required && { required }),
  };
}

const propertySchemaFor = (required: readonly string[]): JsonSchema =>
  schemaOf({ name: 'property', properties: propertyMembers, definitions: propertyDefinitions, required });

export const namespaceSchema = schemaOf({
  name: 'namespace',
  properties: namespaceMembers,
  definitions,
  required: ['namespace'],
});
export const objectSchema = schemaOf({
  name: 'object',
  properties: objectMembers,
  definitions,
  required: ['name'],
});
export const propertySchema = propertySchemaFor(['type', 'title', 'name']);
/** Where the name stands in front of it. */
export const namedPropertySchema = propertySchemaFor(['type', 'title']);
export const tagSchema = schemaOf({ name: 'tag', properties: tagMembers, required: ['name'] });
/** Of a request with several tags. */
export const tagsSchema = schemaOf({
  name: 'tags',
  properties: {
    tags: {
      type: 'array',
      items: { type: 'object', properties: { name: text }, required: ['name'], additionalProperties: false },
    },
  },
});
export const associationSchema = schemaOf({
  name: 'resource_type_association',
  properties: associationMembers,
  required: ['name'],
});

const collectionLinks = [
  { rel: 'first', href: '{first}' },
  { rel: 'next', href: '{next}' },
  { rel: 'describedby', href: '{schema}' },
];

/** A list of things of one schema, whose shared definitions stand at the end. */
function collection(name: string, schema: JsonSchema, isList = true): JsonSchema {
  const { definitions: shared, ...item } = schema;
  return {
    name,
    properties: {
      [name]: isList ? { type: 'array', items: item } : { type: 'object', additionalProperties: item },
      first: text,
      next: text,
      schema: text,
    },
    links: collectionLinks,
    ...(shared && { definitions: shared }),
  };
}

/** The documents under `/v2/schemas/metadefs`, as they go over the wire. */
export const metadefSchemaTexts = {
  namespace: glanceJson(namespaceSchema),
  namespaces: glanceJson(collection('namespaces', namespaceSchema)),
  object: glanceJson(objectSchema),
  objects: glanceJson(collection('objects', objectSchema)),
  property: glanceJson(propertySchema),
  properties: glanceJson(collection('properties', namedPropertySchema, false)),
  resource_type: glanceJson(associationSchema),
  resource_types: glanceJson(collection('resource_type_associations', associationSchema)),
  tag: glanceJson(tagSchema),
  tags: glanceJson(collection('tags', tagSchema)),
} as const;
