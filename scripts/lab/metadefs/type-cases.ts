import { ask, at, type Case, created, get, post, privateOne, publicOne, put, remove, written } from './case';

const typeOf = (more: object = {}): object => ({ name: 'r', ...more });
const related = [publicOne, post('ns/resource_types', typeOf({ prefix: 'p:' }))];

export const associations: readonly Case[] = [
  written(
    'type.create',
    'made',
    post('ns/resource_types', typeOf()),
    [publicOne],
    [get('ns/resource_types'), ask('GET', '/v2/metadefs/resource_types'), get('ns')],
  ),
  written(
    'type.full',
    'with everything',
    post('ns/resource_types', typeOf({ prefix: 'hw:', properties_target: 'x' })),
    [publicOne],
    [get('ns/resource_types', 'bob')],
  ),
  written('type.create-twice', 'made twice', post('ns/resource_types', typeOf()), related),
  written('type.create-missing', 'in a namespace that is not there', post('none/resource_types', typeOf())),
  written('type.create-member', 'by a member', post('ns/resource_types', typeOf(), 'alice'), [publicOne]),
  written(
    'type.create-hidden',
    'in a private one of another project',
    post('ns/resource_types', typeOf(), 'bob'),
    [privateOne],
  ),
  created('type.no-name', 'without a name', 'resource_types', { prefix: 'x' }),
  created('type.extra', 'an unknown member', 'resource_types', typeOf({ colour: 'red' })),
  created('type.long', 'a name of 81', 'resource_types', { name: 'r'.repeat(81) }),
  created('type.prefix-number', 'a number as prefix', 'resource_types', typeOf({ prefix: 5 })),
  created('type.created', 'with created_at', 'resource_types', typeOf({ created_at: 'x' })),
  created('type.no-body', 'without a body', 'resource_types', undefined),
  written('type.list-none', 'none', get('ns/resource_types'), [publicOne]),
  written('type.list-nowhere', 'of a namespace that is not there', get('none/resource_types')),
  written('type.list-hidden', 'of a private one of another project', get('ns/resource_types', 'bob'), [
    privateOne,
  ]),
  written('type.list-body', 'with a body', ask('GET', at('ns/resource_types'), '{}'), related),
  written('type.delete', 'deleted', remove('ns/resource_types/r'), related, [
    get('ns/resource_types'),
    ask('GET', '/v2/metadefs/resource_types'),
  ]),
  written('type.delete-missing', 'one that is not there', remove('ns/resource_types/x'), related),
  written('type.delete-nowhere', 'in a namespace that is not there', remove('none/resource_types/x')),
  written('type.delete-member', 'by a member', remove('ns/resource_types/r', 'alice'), related),
  written('type.delete-hidden', 'in a private one of another project', remove('ns/resource_types/r', 'bob'), [
    privateOne,
  ]),
  written('type.delete-protected', 'in a protected one', remove('ns/resource_types/r'), [
    ...related,
    put('ns', { namespace: 'ns', protected: true }),
  ]),
  written('type.method', 'a method that one does not have', get('ns/resource_types/r'), related),
  written(
    'type.methods',
    'a method that all do not have',
    ask('PUT', at('ns/resource_types'), '{}'),
    related,
  ),
];
