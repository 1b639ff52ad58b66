import { ask, at, type Case, get, post, privateOne, publicOne, written } from './case';

const append = (value: string): { headers: [string, string][] } => ({
  headers: [['X-Openstack-Append', value]],
});
const two = { tags: [{ name: 'b' }, { name: 'a' }] };
const tagged = [publicOne, post('ns/tags', two), post('ns/tags/c')];
const listed = (query: string): Case =>
  written(`tag.list-${query}`, `with ${query}`, get(`ns/tags?${query}`), tagged);

export const tags: readonly Case[] = [
  written(
    'tag.many',
    'several',
    post('ns/tags', two),
    [publicOne],
    [get('ns/tags'), get('ns/tags/a'), get('ns')],
  ),
  written('tag.replaced', 'in place of others', post('ns/tags', { tags: [{ name: 'x' }] }), tagged, [
    get('ns/tags'),
  ]),
  ...['True', 'yes', '1', 'false', 'x'].map((value) =>
    written(
      `tag.append-${value}`,
      `appended: ${value}`,
      ask('POST', at('ns/tags'), { tags: [{ name: 'x' }] }, append(value)),
      tagged,
      [get('ns/tags')],
    ),
  ),
  written(
    'tag.append-taken',
    'appended, and one is there',
    ask('POST', at('ns/tags'), { tags: [{ name: 'x' }, { name: 'a' }] }, append('true')),
    tagged,
    [get('ns/tags')],
  ),
  written('tag.replaced-same', 'in place of the same', post('ns/tags', two), tagged, [get('ns/tags')]),
  written('tag.many-twice', 'one twice', post('ns/tags', { tags: [{ name: 'x' }, { name: 'x' }] }), tagged, [
    get('ns/tags'),
  ]),
  written('tag.many-none', 'an empty list', post('ns/tags', { tags: [] }), tagged, [get('ns/tags')]),
  written(
    'tag.many-extra',
    'with an unknown member',
    post('ns/tags', { tags: [{ name: 'x', colour: 'red' }] }),
    tagged,
  ),
  written('tag.many-no-name', 'without a name', post('ns/tags', { tags: [{}] }), tagged),
  written('tag.many-other', 'another list', post('ns/tags', { names: [] }), tagged),
  written('tag.many-no-body', 'without a body', post('ns/tags'), tagged),
  written('tag.many-member', 'by a member', post('ns/tags', two, 'alice'), [publicOne]),
  written('tag.many-nowhere', 'in a namespace that is not there', post('none/tags', two)),
  written('tag.many-hidden', 'in a private one of another project', post('ns/tags', two, 'bob'), [
    privateOne,
  ]),
  written('tag.long', 'a name of 81', post(`ns/tags/${'t'.repeat(81)}`), [publicOne]),
  written('tag.name-80', 'a name of 80', post(`ns/tags/${'t'.repeat(80)}`), [publicOne]),
  written(
    'tag.long-nowhere',
    'a name of 81, in a namespace that is not there',
    post(`none/tags/${'t'.repeat(81)}`),
  ),
  written(
    'tag.long-member',
    'a name of 81, by a member',
    post(`ns/tags/${'t'.repeat(81)}`, undefined, 'alice'),
    [publicOne],
  ),
  written('tag.body', 'with a body', post('ns/tags/t', '{}'), [publicOne]),
  written('tag.case', 'other letters are another tag', post('ns/tags/C'), tagged, [get('ns/tags')]),
  written('tag.escaped', 'with a space', post('ns/tags/a%20b'), [publicOne], [get('ns/tags')]),
  ...[
    'limit=1',
    'limit=0',
    'limit=-1',
    'limit=x',
    'limit=',
    'marker=a',
    'marker=none',
    'marker=',
    'sort_key=name&sort_dir=asc',
    'sort_key=name',
    'sort_dir=asc',
    'sort_dir=up',
    'sort_key=name&sort_dir=asc&marker=a&limit=1',
    'visibility=x',
    'colour=red',
    'sort_key=id&sort_dir=asc',
    'sort_key=created_at&sort_dir=asc',
  ].map(listed),
];
