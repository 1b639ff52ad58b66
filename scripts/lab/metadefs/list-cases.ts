import {
  ask,
  type Asked,
  type Case,
  get,
  namespace,
  post,
  privateOne,
  publicOne,
  root,
  written,
} from './case';

const list = (query: string, who = 'admin'): Asked => ask('GET', `${root}${query}`, undefined, { who });

const three = [
  namespace('b', { visibility: 'public', display_name: 'Z' }),
  namespace('a', { visibility: 'private' }),
  namespace('c', { visibility: 'public', display_name: 'A', owner: '${PROJECT:alpha}' }),
];
const typed = [
  namespace('b', {
    visibility: 'public',
    resource_type_associations: [{ name: 'r1' }, { name: 'r2', prefix: 'p:' }],
  }),
  namespace('a', { resource_type_associations: [{ name: 'r2', properties_target: 'x' }] }),
  namespace('c'),
];

const seen = (id: string, description: string, query: string, setup: readonly Asked[], who = 'admin'): Case =>
  written(`list.${id}`, description, list(query, who), setup);

export const lists: readonly Case[] = [
  seen('empty', 'none', '', []),
  seen('all', 'the newest first', '', three),
  seen('alice', 'public ones and those of the own project', '', three, 'alice'),
  seen('bob', 'public ones alone', '', three, 'bob'),
  seen('reader', 'by a reader', '', three, 'reader-user'),
  seen('public', 'public ones', '?visibility=public', three),
  seen('private', 'private ones', '?visibility=private', three),
  seen('private-bob', 'private ones of others', '?visibility=private', three, 'bob'),
  seen('visibility-empty', 'an empty visibility', '?visibility=', three),
  seen('visibility-bad', 'an unknown visibility', '?visibility=shared', three),
  seen('limit', 'one', '?limit=1', three),
  seen('limit-exact', 'as many as there are', '?limit=3', three),
  seen('limit-more', 'more than there are', '?limit=4', three),
  seen('limit-zero', 'none asked for', '?limit=0', three),
  seen('limit-negative', 'a negative limit', '?limit=-1', three),
  seen('limit-large', 'more than a page may have', '?limit=5000', three),
  seen('marker', 'behind a marker', '?marker=a', three),
  seen('marker-limit', 'a page behind a marker', '?limit=1&marker=c', three),
  seen('marker-last', 'behind the last', '?marker=b', three),
  seen('marker-missing', 'behind one that is not there', '?marker=none', three),
  seen('marker-hidden', 'behind one that is not seen', '?marker=a', three, 'bob'),
  seen('marker-empty', 'an empty marker', '?marker=', three),
  seen('marker-filter', 'behind one that the filter leaves out', '?marker=a&visibility=public', three),
  seen('sort-name', 'by name', '?sort_key=namespace&sort_dir=asc', three),
  seen('sort-name-desc', 'by name, backwards', '?sort_key=namespace', three),
  seen('sort-display', 'by a member that one lacks', '?sort_key=display_name&sort_dir=asc', three),
  seen('sort-display-desc', 'the same backwards', '?sort_key=display_name&sort_dir=desc', three),
  seen('sort-created', 'the oldest first', '?sort_dir=asc', three),
  seen('sort-id', 'by id', '?sort_key=id&sort_dir=asc', three),
  seen('sort-visibility', 'by visibility', '?sort_key=visibility&sort_dir=asc', three),
  seen('sort-marker', 'by name behind a marker', '?sort_key=namespace&sort_dir=asc&marker=a', three),
  seen('sort-dir-bad', 'an unknown direction', '?sort_dir=up', three),
  seen('types', 'for a resource type', '?resource_types=r1', typed),
  seen('types-two', 'for one of two resource types', '?resource_types=r1,r2', typed),
  seen('types-none', 'for a resource type that is not known', '?resource_types=x', typed),
  seen('types-empty', 'for an empty resource type', '?resource_types=', typed),
  seen('types-limit', 'a page of those for a resource type', '?resource_types=r2&limit=1', typed),
  seen('types-visibility', 'for a resource type and public', '?resource_types=r2&visibility=public', typed),
  seen('unknown', 'an unknown parameter', '?colour=red&limit=1', three),
  seen('twice', 'a parameter twice', '?limit=1&limit=2', three),
  seen('escaped', 'a link with what must be escaped', '?limit=1&x=a%20b%2Fc', three),
  written('list.body', 'with a body', ask('GET', root, '{}'), three),
  written('list.not-text', 'a query that is no text', list('?marker=%FF'), three),
  written(
    'types.all',
    'all resource types',
    ask('GET', '/v2/metadefs/resource_types', undefined, { who: 'bob' }),
    [
      publicOne,
      post('ns/resource_types', { name: 'r1' }),
      post('ns/resource_types', { name: 'r2', prefix: 'p:' }),
    ],
  ),
  written('types.none', 'none', ask('GET', '/v2/metadefs/resource_types')),
  written('types.method', 'a method that they do not have', ask('POST', '/v2/metadefs/resource_types', '{}')),
  written('types.body', 'with a body', ask('GET', '/v2/metadefs/resource_types', '{}')),
  ...['unscoped', 'domain', 'system'].flatMap((who) => [
    seen(`scope-${who}`, `with a token of the scope ${who}`, '', [publicOne], who),
    written(`scope.show-${who}`, `one, with a token of the scope ${who}`, get('ns', who), [publicOne]),
    written(`scope.private-${who}`, `a private one, with a token of the scope ${who}`, get('ns', who), [
      privateOne,
    ]),
    written(
      `scope.create-${who}`,
      `made with a token of the scope ${who}`,
      ask('POST', root, { namespace: 'x' }, { who }),
    ),
    written(
      `scope.types-${who}`,
      `resource types, with a token of the scope ${who}`,
      ask('GET', '/v2/metadefs/resource_types', undefined, { who }),
    ),
    written(`scope.objects-${who}`, `objects, with a token of the scope ${who}`, get('ns/objects', who), [
      publicOne,
    ]),
    written(
      `scope.tag-${who}`,
      `a tag made with a token of the scope ${who}`,
      post('ns/tags/t', undefined, who),
      [publicOne],
    ),
  ]),
  written('scope.bad', 'with a bad token', get('ns', 'bad')),
  ...['alice', 'reader-user'].map((who) =>
    written(`scope.create-${who}`, `made by ${who}`, ask('POST', root, { namespace: 'x' }, { who })),
  ),
  ...['namespace', 'object', 'property', 'tag', 'resource_type'].flatMap((name) =>
    [name, name === 'property' ? 'properties' : `${name}s`].map((one) =>
      written(
        `schema.${one}`,
        'the schema',
        ask('GET', `/v2/schemas/metadefs/${one}`, undefined, { who: 'alice' }),
      ),
    ),
  ),
  written(
    'schema.method',
    'a method that a schema does not have',
    ask('POST', '/v2/schemas/metadefs/tag', '{}'),
  ),
  written('schema.none', 'an unknown schema', ask('GET', '/v2/schemas/metadefs/none')),
];
