import fc from 'fast-check';
import { alpha } from '../../support/test-authenticator';

const names = [
  'tags',
  'tag',
  'image_tag',
  'image_tags',
  'image_id',
  'action',
  'key',
  'value',
  'values',
  'matches',
  'limit',
  'offset',
  'tags_any',
  'not_tags',
  'not_tags_any',
  'without_any_tag',
  'name',
  'instance_id',
  'image_url',
  'volume_id',
  'min_disk',
  'min_ram',
  'max_ram',
  'os_version',
  'type',
  'data_images',
  'description',
  'op',
  'path',
  'images',
  'projects',
  'project_id',
  'status',
  'backup_id',
  'whole_image_type',
  'bucket_url',
  'file_format',
  'domains',
  'organizations',
  'constructor',
  'toString',
  'length',
  '0',
];

export const words = fc.constantFrom(
  '',
  ' ',
  'a',
  'a.b',
  'a=b',
  'create',
  'delete',
  'filter',
  'count',
  'add',
  'replace',
  'remove',
  '/name',
  '/tags',
  '/constructor',
  'resource_name',
  'accepted',
  'bucket:file.iso',
  'constructor',
  '🏷',
  '\u0000',
  '\ud83d',
  '10',
  '-1',
  'k'.repeat(128),
);

export const { json: anything } = fc.letrec<{ json: unknown; list: unknown[]; object: object }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    words,
    fc.constantFrom(null, true, false, 0, 1, -1, 1.5, 2 ** 53, 1e300),
    fc.constant('$image'),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('json'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...names), tie('json'), { maxKeys: 5 }),
}));

/** Every route with a body that it takes. */
export const routes: [method: string, path: string, body: unknown][] = [
  ['POST', `/v2/${alpha}/images/$image/tags`, { tag: { key: 'k', value: 'v' } }],
  ['POST', `/v2/${alpha}/images/$image/tags/action`, { action: 'create', tags: [{ key: 'k', value: 'v' }] }],
  ['POST', `/v2/${alpha}/images/$image/tags/action`, { action: 'delete', tags: [{ key: 'k', value: 'v' }] }],
  [
    'POST',
    `/v2/${alpha}/images/resource_instances/action`,
    {
      action: 'filter',
      tags: [{ key: 'a', values: ['x', ''] }],
      tags_any: [{ key: 'a', values: [] }],
      not_tags: [{ key: 'b', values: ['c'] }],
      not_tags_any: [{ key: 'd', values: ['c'] }],
      without_any_tag: false,
      matches: [{ key: 'resource_name', value: 'f' }],
      limit: '10',
      offset: 0,
    },
  ],
  [
    'DELETE',
    `/v1/${alpha}/cloudimages/$image/tags/delete`,
    { tags: [{ key: 'k', value: 'v' }, { key: 'l' }] },
  ],
  ['PUT', '/v1/cloudimages/tags', { image_id: '$image', tag: 'k.v' }],
  ['PUT', '/v1/cloudimages/tags', { image_id: '$image', image_tag: { key: 'k', value: 'v' } }],
  [
    'PATCH',
    '/v2/cloudimages/$image',
    [
      { op: 'replace', path: '/name', value: 'fuzzed' },
      { op: 'add', path: '/min_ram', value: 1 },
      { op: 'add', path: '/max_ram', value: '2' },
      { op: 'add', path: '/__description', value: 'd' },
      { op: 'add', path: '/free', value: true },
      { op: 'remove', path: '/free' },
    ],
  ],
  [
    'POST',
    '/v2/cloudimages/action',
    {
      name: 'n',
      description: 'd',
      image_url: 'bucket:file.iso',
      os_version: 'CentOS 7 64bit',
      os_type: 'Linux',
      type: 'ECS',
      architecture: 'arm',
      min_disk: 40,
      min_ram: 1,
      max_ram: '2',
      is_config: true,
      cmk_id: 'c',
      hw_firmware_type: 'bios',
      enterprise_project_id: '0',
      tags: ['a.b'],
    },
  ],
  [
    'POST',
    '/v2/cloudimages/action',
    {
      data_images: [
        { name: 'n', volume_id: 'v', image_tags: [{ key: 'k', value: 'v' }] },
        { name: 'm', volume_id: 'w', tags: ['a'] },
      ],
      image_tags: [{ key: 'k', value: 'v' }],
    },
  ],
  [
    'POST',
    '/v2/cloudimages/quickimport/action',
    { name: 'n', image_url: 'b:f', min_disk: 1, type: 'DataImage', tags: [] },
  ],
  ['POST', '/v1/cloudimages/members', { images: ['$image'], projects: ['p1', 'p2'] }],
  [
    'POST',
    '/v1/cloudimages/members',
    { images: ['$image'], domains: ['d'], organizations: ['organizations:o'] },
  ],
  [
    'POST',
    '/v1/cloudimages/wholeimages/action',
    { name: 'n', backup_id: 'b', whole_image_type: 'CBR', vault_id: 'v', min_ram: 1, tags: ['a.b'] },
  ],
  [
    'POST',
    '/v2.1/cloudimages/dataimages/action',
    { name: 'n', image_url: 'b:f', min_disk: 40, os_type: 'Linux', image_tags: [{ key: 'k', value: 'v' }] },
  ],
  [
    'POST',
    '/v1/cloudimages/$image/copy',
    { name: 'n', description: 'd', cmk_id: 'k', enterprise_project_id: '0' },
  ],
  [
    'POST',
    '/v2.1/cloudimages/$image/file',
    { bucket_url: 'b:f', file_format: 'qcow2', is_quick_export: false },
  ],
  ['DELETE', '/v1/cloudimages/members', { images: ['$image'], projects: ['p1'] }],
  [
    'PUT',
    '/v1/cloudimages/members',
    { images: ['$image'], project_id: alpha, status: 'accepted', vault_id: 'v' },
  ],
];

/** The body with the `at`-th of all its parts (itself first) in place of which `part` stands. */
export function mutated(body: unknown, at: number, part: unknown): unknown {
  let left = at;
  const walk = (value: unknown): unknown => {
    if (left-- === 0) return part;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]));
  };
  return walk(body);
}
