import { ask, type Case, created, get, post, property, publicOne, remove, root, written } from './case';

const inNamespace = (id: string, description: string, more: object): Case =>
  written(`fault.${id}`, description, ask('POST', root, { namespace: 'ns', ...more }), [], [get('ns')]);

const p = { type: 'string', title: 'P' };

/** What Glance answers by 500, and Tagway by 400 (divergence D31). */
export const faults: readonly Case[] = [
  inNamespace('property-extra', 'a property with an unknown member', {
    properties: { p: { ...p, colour: 'red' } },
  }),
  inNamespace('property-required', 'a property with a list', {
    properties: { p: { ...p, required: ['a'] } },
  }),
  inNamespace('enum', 'numbers in an enum', { properties: { p: { ...p, enum: [1] } } }),
  inNamespace('items', 'items without a type', { properties: { p: { ...p, items: {} } } }),
  inNamespace('property-long', 'a long name of a property', { properties: { ['p'.repeat(81)]: p } }),
  inNamespace('object-no-name', 'an object without a name', { objects: [{ description: 'D' }] }),
  inNamespace('object-long', 'a long name of an object', { objects: [{ name: 'o'.repeat(81) }] }),
  inNamespace('tag-no-name', 'a tag without a name', { tags: [{}] }),
  inNamespace('type-no-name', 'a resource type without a name', { resource_type_associations: [{}] }),
  written('fault.list', 'a body that is a list', ask('POST', root, [])),
  created('fault.tags-none', 'several tags, without any', 'tags', {}),
  created('fault.tags-long', 'several tags, of which one has a long name', 'tags', {
    tags: [{ name: 't'.repeat(81) }],
  }),
  written('fault.limit', 'a limit that is no number', ask('GET', `${root}?limit=x`)),
  written('fault.sort', 'an order by what is no column', ask('GET', `${root}?sort_key=colour`)),
  written('fault.query', 'a query that nobody reads', get('ns?colour=red'), [publicOne]),
  written('fault.property-query', 'a query that nobody reads', get('ns/properties/p?colour=red'), [
    publicOne,
    post('ns/properties', property),
  ]),
  ...['objects', 'properties', 'tags'].map((kind) =>
    written(
      `fault.delete-${kind}-body`,
      'a body that nobody reads',
      { ...remove(`ns/${kind}`), body: '{}' },
      [publicOne],
    ),
  ),
];
