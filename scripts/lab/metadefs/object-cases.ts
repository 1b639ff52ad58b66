import { type Case, created, get, post, publicOne, written } from './case';

export const objects: readonly Case[] = [
  created(
    'object.full',
    'with everything',
    'objects',
    {
      name: 'o',
      description: 'D',
      required: ['a', 'b,c'],
      properties: {
        a: { type: 'string', title: 'A', default: 5 },
        b: { title: 'B', type: 'array', items: { type: 'integer' } },
      },
    },
    [get('ns/objects/o'), get('ns')],
  ),
  created('object.required-empty', 'nothing required', 'objects', { name: 'o', required: [] }, [
    get('ns/objects/o'),
  ]),
  created('object.long', 'a name of 81', 'objects', { name: 'o'.repeat(81) }),
  created('object.extra', 'an unknown member', 'objects', { name: 'o', colour: 'red' }),
  created('object.no-name', 'without a name', 'objects', { description: 'x' }),
  created('object.self', 'with self', 'objects', { name: 'o', self: 'x' }),
  created('object.property-extra', 'a property with an unknown member', 'objects', {
    name: 'o',
    properties: { p: { type: 'string', title: 'P', colour: 'red' } },
  }),
  created('object.property-no-type', 'a property without a type', 'objects', {
    name: 'o',
    properties: { p: { title: 'P' } },
  }),
  created('object.property-required', 'a property with an empty list', 'objects', {
    name: 'o',
    properties: { p: { type: 'string', title: 'P', required: [] } },
  }),
  created('object.no-body', 'without a body', 'objects', undefined),
  ...[
    'limit=0',
    'limit=x',
    'limit=-1',
    'limit=1',
    'marker=x',
    'sort_dir=up',
    'sort_key=name&sort_dir=asc',
    'visibility=x',
    'visibility=shared',
  ].map((query) =>
    written(`object.list-${query}`, `with ${query}`, get(`ns/objects?${query}`), [
      publicOne,
      post('ns/objects', { name: 'b' }),
      post('ns/objects', { name: 'a' }),
    ]),
  ),
];
