import type { RecordedRequest } from '../../../test/support/golden-runner/recording';
import type { Question } from './play';

/** Requests that Zed's recordings lack, since the answers are news of later releases or were not asked for. */

interface Content {
  readonly as?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

function ask(
  method: string,
  target: string,
  { as = 'alice', headers = [], body }: Content = {},
): RecordedRequest {
  const token: readonly (readonly [string, string])[] =
    as === '' ? [] : [['X-Auth-Token', `\${TOKEN:${as}}`]];
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return {
    method,
    target,
    version: 'HTTP/1.1',
    headers: [
      ['Host', '${HOST}'],
      ['User-Agent', 'lab-recorder'],
      ['Accept', '*/*'],
      ...token,
      ...headers,
      ...(bytes ? [['Content-Length', String(bytes.length)] as const] : []),
    ],
    ...(typeof body === 'string' && { body }),
    ...(Buffer.isBuffer(body) && { body_base64: body.toString('base64') }),
  };
}

const json = [['Content-Type', 'application/json']] as const;
const octets = [['Content-Type', 'application/octet-stream']] as const;

function image(members: object = {}): Question['setup'][number] {
  const body = JSON.stringify({ name: 'golden', ...members });
  return {
    request: { ...ask('POST', '/v2/images', { headers: json, body }), save: 'IMG' },
    expect_status: 201,
  };
}

function upload(body: string | Buffer): Question['setup'][number] {
  const headers = octets;
  return { request: ask('PUT', '/v2/images/${IMG}/file', { headers, body }), expect_status: 204 };
}

const share: Question['setup'][number] = {
  request: ask('POST', '/v2/images/${IMG}/members', { headers: json, body: '{"member": "${PROJECT:beta}"}' }),
  expect_status: 200,
};

const show = { request: ask('GET', '/v2/images/${IMG}') };

function question(
  id: string,
  description: string,
  request: RecordedRequest,
  more: Partial<Pick<Question, 'setup' | 'followups'>> = {},
): Question {
  return { id, description, setup: more.setup ?? [], request, followups: more.followups ?? [] };
}

const versions = ['v2.8', 'v2.10', 'v2.14', 'v2.15', 'v2.16', 'v2.17', 'v2.18', 'v2.19'].flatMap((name) => [
  question(`version.newer.${name}`, `List under /${name}`, ask('GET', `/${name}/images`)),
  question(`version.accept.${name}`, `List, version ${name} in Accept`, {
    ...ask('GET', '/images'),
    headers: acceptOf(name),
  }),
]);

function acceptOf(name: string): RecordedRequest['headers'] {
  return [
    ['Host', '${HOST}'],
    ['Accept', `application/vnd.openstack.images-${name}`],
    ['X-Auth-Token', '${TOKEN:alice}'],
  ];
}

const raw = { disk_format: 'raw', container_format: 'bare' };

const mediaTypes = ['application/json', 'text/plain', 'application/octet-stream; charset=x', ''].map(
  (type, index) =>
    question(
      `data.type.${String(index)}`,
      `Upload said to be ${type || 'nothing'}`,
      ask('PUT', '/v2/images/${IMG}/file', {
        headers: type === '' ? [] : [['Content-Type', type]],
        body: 'abcdef',
      }),
      { setup: [image(raw)], followups: [show] },
    ),
);

const sizes = ['6', '5', '7', '0', '-1', 'six', ' 6'].map((size, index) =>
  question(
    `data.size.${String(index)}`,
    `Upload of 6 bytes with x-openstack-image-size "${size}"`,
    ask('PUT', '/v2/images/${IMG}/file', {
      headers: [...octets, ['x-openstack-image-size', size]],
      body: 'abcdef',
    }),
    { setup: [image(raw)], followups: [show] },
  ),
);

const downloads = ['', '?prefer=', '?prefer=file', '?prefer=a,b', '?other=1'].map((query, index) =>
  question(
    `data.download.${String(index)}`,
    `Download${query}`,
    ask('GET', `/v2/images/\${IMG}/file${query}`),
    {
      setup: [image(raw), upload('abcdef')],
    },
  ),
);

const patches = [
  '',
  'application/json',
  'text/plain',
  'application/openstack-images-v2.2-json-patch',
].flatMap((type) =>
  ['*/*', 'application/json', 'text/plain'].map((accept) =>
    question(
      `patch.type.${type || 'none'}.${accept}`,
      `Patch said to be ${type || 'nothing'}, Accept ${accept}`,
      {
        ...ask('PATCH', '/v2/images/${IMG}', { body: '[]' }),
        headers: [
          ['Host', '${HOST}'],
          ['Accept', accept],
          ['X-Auth-Token', '${TOKEN:alice}'],
          ...(type === '' ? [] : [['Content-Type', type] as const]),
          ['Content-Length', '2'],
        ],
      },
      { setup: [image()] },
    ),
  ),
);

const schemaFaults = [
  { name: 5 },
  { name: 'n'.repeat(256) },
  { id: 'no-uuid' },
  { disk_format: 'qcow' },
  { container_format: 'none' },
  { visibility: 'all' },
  { min_ram: 'much' },
  { protected: 'yes' },
  { tags: ['t'.repeat(256)] },
  { tags: 'red' },
  { tags: [5] },
  { number: 5 },
  { locations: [{ url: 'file:///etc/hosts' }] },
  { locations: [{ url: 'file:///etc/hosts', metadata: {}, validation_data: { checksum: 'a' } }] },
  { kernel_id: 'x' },
  { cinder_encryption_key_deletion_policy: 'never' },
].map((members, index) =>
  question(
    `create.fault.${String(index)}`,
    `Create with ${Object.keys(members).join()} that does not match`,
    ask('POST', '/v2/images', { headers: json, body: JSON.stringify(members) }),
  ),
);

/** What others may not do with an image that they see. */
const foreign = [
  question('foreign.show', 'Show', ask('GET', '/v2/images/${IMG}', { as: 'bob' })),
  question(
    'foreign.patch',
    'Patch',
    ask('PATCH', '/v2/images/${IMG}', {
      as: 'bob',
      headers: [['Content-Type', 'application/openstack-images-v2.1-json-patch']],
      body: '[{"op": "replace", "path": "/name", "value": "x"}]',
    }),
  ),
  question('foreign.delete', 'Delete', ask('DELETE', '/v2/images/${IMG}', { as: 'bob' })),
  question(
    'foreign.upload',
    'Upload',
    ask('PUT', '/v2/images/${IMG}/file', { as: 'bob', headers: octets, body: 'abcdef' }),
  ),
  question('foreign.download', 'Download', ask('GET', '/v2/images/${IMG}/file', { as: 'bob' })),
  question(
    'foreign.deactivate',
    'Deactivate',
    ask('POST', '/v2/images/${IMG}/actions/deactivate', { as: 'bob' }),
  ),
  question(
    'foreign.reactivate',
    'Reactivate',
    ask('POST', '/v2/images/${IMG}/actions/reactivate', { as: 'bob' }),
  ),
  question('foreign.members', 'List members', ask('GET', '/v2/images/${IMG}/members', { as: 'bob' })),
  question(
    'foreign.member-add',
    'Add a member',
    ask('POST', '/v2/images/${IMG}/members', { as: 'bob', headers: json, body: '{"member": "x"}' }),
  ),
].flatMap((one) =>
  (['community', 'shared'] as const).map((visibility) => ({
    ...one,
    id: `${one.id}.${visibility}`,
    description: `${one.description} as another project, ${visibility} image`,
    setup: [image({ ...raw, visibility }), ...(visibility === 'shared' ? [share] : [])],
  })),
);

const readers = ['PATCH', 'DELETE', 'PUT'].map((method) =>
  question(
    `reader.${method}`,
    `${method} as a reader of the project`,
    method === 'PATCH'
      ? ask(method, '/v2/images/${IMG}', {
          as: 'reader-user',
          headers: [['Content-Type', 'application/openstack-images-v2.1-json-patch']],
          body: '[{"op": "replace", "path": "/name", "value": "x"}]',
        })
      : ask(method, method === 'PUT' ? '/v2/images/${IMG}/file' : '/v2/images/${IMG}', {
          as: 'reader-user',
          ...(method === 'PUT' && { headers: octets, body: 'abcdef' }),
        }),
    { setup: [image(raw)] },
  ),
);

export const furtherQuestions: readonly Question[] = [
  ...versions,
  ...mediaTypes,
  ...sizes,
  ...downloads,
  ...patches,
  ...schemaFaults,
  ...foreign,
  ...readers,
];
