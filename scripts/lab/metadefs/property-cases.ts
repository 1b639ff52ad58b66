import { ask, at, type Case, created, get, namespace, post, property, publicOne, written } from './case';

const withPrefix = [
  publicOne,
  post('ns/resource_types', { name: 'r', prefix: 'hw:' }),
  post('ns/resource_types', { name: 'plain' }),
  post('ns/properties', property),
];

export const properties: readonly Case[] = [
  // As text: JavaScript writes no `1.0`, and such numbers inexactly.
  created(
    'property.full',
    'with everything',
    'properties',
    '{"additionalItems": true, "name": "p", "type": "array", "title": "P", "description": "D", "operators": ["<in>"], "default": 1.0, ' +
      '"readonly": false, "minimum": -1.9, "maximum": 12345678901234567890, "enum": ["a", null], "pattern": "x", "minLength": 0, ' +
      '"maxLength": 2.0, "items": {"type": "string", "enum": []}, "uniqueItems": false, "minItems": 0, "maxItems": 1}',
    [get('ns/properties/p'), get('ns/properties')],
  ),
  created('property.no-name', 'without a name', 'properties', { type: 'string', title: 'P' }),
  created('property.no-type', 'without a type', 'properties', { name: 'p', title: 'P' }),
  created('property.extra', 'an unknown member', 'properties', { ...property, colour: 'red' }),
  created('property.confidential', 'confidential', 'properties', { ...property, confidential: true }),
  created('property.long', 'a name of 81', 'properties', { ...property, name: 'p'.repeat(81) }),
  created('property.type-null', 'null as type', 'properties', { ...property, type: null }),
  created('property.operators', 'operators that are no texts', 'properties', { ...property, operators: [1] }),
  created('property.items', 'items that are no object', 'properties', { ...property, items: 'string' }),
  created('property.minimum', 'a minimum that is no number', 'properties', { ...property, minimum: '1' }),
  created('property.self', 'with self', 'properties', { ...property, self: 'x' }),
  written(
    'property.prefixed',
    'by the name that a resource type gives it',
    get('ns/properties/hw:p?resource_type=r'),
    withPrefix,
  ),
  written('property.not-prefixed', 'without the prefix', get('ns/properties/p?resource_type=r'), withPrefix),
  written(
    'property.no-prefix',
    'for a resource type without a prefix',
    get('ns/properties/p?resource_type=plain'),
    withPrefix,
  ),
  written(
    'property.other-type',
    'for a resource type that is not known',
    get('ns/properties/p?resource_type=x'),
    withPrefix,
  ),
  written(
    'property.unassociated',
    'for a resource type of another namespace',
    get('ns/properties/p?resource_type=y'),
    [...withPrefix, namespace('other', { resource_type_associations: [{ name: 'y' }] })],
  ),
  written(
    'property.prefixed-missing',
    'nothing behind the prefix',
    get('ns/properties/hw:x?resource_type=r'),
    withPrefix,
  ),
  written('property.show-body', 'with a body', ask('GET', at('ns/properties/p'), '{}'), withPrefix),
];
