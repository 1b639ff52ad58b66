import {
  ask,
  type Asked,
  at,
  type Case,
  get,
  namespace,
  post,
  privateOne,
  property,
  publicOne,
  put,
  remove,
  written,
} from './case';

/** A kind of things, with one of them. */
interface Sample {
  readonly kind: string;
  readonly path: string;
  readonly body: object;
  readonly name: string;
  readonly other: { readonly name: string } & Readonly<Record<string, string>>;
}

const samples: readonly Sample[] = [
  {
    kind: 'object',
    path: 'objects',
    name: 'o',
    body: { name: 'o' },
    other: { name: 'o2', description: 'D' },
  },
  {
    kind: 'property',
    path: 'properties',
    name: 'p',
    body: property,
    other: { name: 'p2', type: 'integer', title: 'P2' },
  },
  { kind: 'tag', path: 'tags', name: 't', body: { name: 't' }, other: { name: 't2' } },
];

/** Tags are made one by one by their path. */
function made({ kind, path, body, name }: Sample, who = 'admin', within = 'ns'): Asked {
  return kind === 'tag'
    ? post(`${within}/tags/${name}`, undefined, who)
    : post(`${within}/${path}`, body, who);
}

function madeOther(sample: Sample): Asked {
  const { name } = sample.other;
  return made({ ...sample, body: sample.other, name });
}

const protectedOne = (sample: Sample): readonly Asked[] => [
  publicOne,
  made(sample),
  put('ns', { namespace: 'ns', protected: true, visibility: 'public' }),
];

function creations(sample: Sample): Case[] {
  const { kind, path, name } = sample;
  const there = [publicOne, made(sample)];
  const one = `ns/${path}/${name}`;
  return [
    written(`${kind}.create`, 'made', made(sample), [publicOne], [get(one), get(`ns/${path}`), get('ns')]),
    written(`${kind}.create-twice`, 'made twice', made(sample), there),
    written(`${kind}.create-missing`, 'in a namespace that is not there', made(sample, 'admin', 'none')),
    written(`${kind}.create-member`, 'by a member', made(sample, 'alice'), [publicOne]),
    written(`${kind}.create-hidden`, 'in a private one of another project', made(sample, 'bob'), [
      privateOne,
    ]),
    written(`${kind}.create-protected`, 'in a protected one', made(sample), [
      namespace('ns', { protected: true }),
    ]),
  ];
}

function views(sample: Sample): Case[] {
  const { kind, path, name } = sample;
  const there = [publicOne, made(sample)];
  const one = `ns/${path}/${name}`;
  return [
    written(`${kind}.show-missing`, 'one that is not there', get(`ns/${path}/none`), [publicOne]),
    written(`${kind}.show-nowhere`, 'in a namespace that is not there', get(`none/${path}/x`)),
    written(`${kind}.show-hidden`, 'in a private one of another project', get(one, 'bob'), [
      privateOne,
      made(sample),
    ]),
    written(`${kind}.show-public`, 'in a public one of another project', get(one, 'bob'), there),
    written(`${kind}.list-none`, 'none', get(`ns/${path}`), [publicOne]),
    written(`${kind}.list`, 'several', get(`ns/${path}`, 'bob'), [...there, madeOther(sample)]),
    written(`${kind}.list-nowhere`, 'of a namespace that is not there', get(`none/${path}`)),
    written(`${kind}.list-hidden`, 'of a private one of another project', get(`ns/${path}`, 'bob'), [
      privateOne,
    ]),
    written(`${kind}.list-body`, 'with a body', ask('GET', at(`ns/${path}`), '{}'), there),
  ];
}

function updates(sample: Sample): Case[] {
  const { kind, path, name, other } = sample;
  const there = [publicOne, made(sample)];
  const one = `ns/${path}/${name}`;
  const { name: otherName } = other;
  return [
    written(`${kind}.update`, 'changed', put(one, other), there, [
      get(`ns/${path}/${otherName}`),
      get(one),
      get(`ns/${path}`),
    ]),
    written(`${kind}.update-taken`, 'given a name that is taken', put(one, other), [
      ...there,
      madeOther(sample),
    ]),
    written(`${kind}.update-missing`, 'one that is not there', put(`ns/${path}/none`, other), [publicOne]),
    written(`${kind}.update-nowhere`, 'in a namespace that is not there', put(`none/${path}/x`, other)),
    written(`${kind}.update-member`, 'by a member', put(one, other, 'alice'), there),
    written(`${kind}.update-hidden`, 'in a private one of another project', put(one, other, 'bob'), [
      privateOne,
      made(sample),
    ]),
    written(`${kind}.update-no-body`, 'without a body', put(one), there),
    written(`${kind}.update-extra`, 'with an unknown member', put(one, { ...other, colour: 'red' }), there),
    written(`${kind}.update-no-name`, 'without a name', put(one, {}), there),
    written(`${kind}.update-created`, 'with created_at', put(one, { ...other, created_at: 'x' }), there),
    written(`${kind}.update-protected`, 'in a protected one', put(one, other), protectedOne(sample)),
  ];
}

function deletions(sample: Sample): Case[] {
  const { kind, path, name } = sample;
  const there = [publicOne, made(sample)];
  const one = `ns/${path}/${name}`;
  return [
    written(`${kind}.delete`, 'deleted', remove(one), there, [get(one)]),
    written(`${kind}.delete-missing`, 'one that is not there', remove(`ns/${path}/none`), [publicOne]),
    written(`${kind}.delete-nowhere`, 'in a namespace that is not there', remove(`none/${path}/x`)),
    written(`${kind}.delete-member`, 'by a member', remove(one, 'alice'), there),
    written(`${kind}.delete-hidden`, 'in a private one of another project', remove(one, 'bob'), [
      privateOne,
      made(sample),
    ]),
    written(`${kind}.delete-protected`, 'in a protected one', remove(one), protectedOne(sample), [get(one)]),
    written(`${kind}.method`, 'a method that one does not have', ask('PATCH', at(one), '{}'), there),
    written(`${kind}.methods`, 'a method that all do not have', ask('PUT', at(`ns/${path}`), '{}'), there),
  ];
}

/** What is asked of every kind alike. */
export const alike: readonly Case[] = samples.flatMap((sample) => [
  ...creations(sample),
  ...views(sample),
  ...updates(sample),
  ...deletions(sample),
]);
