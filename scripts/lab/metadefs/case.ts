/** One request of a case. `body`: JSON, or text as it is sent; none when undefined. */
export interface Asked {
  readonly method: string;
  readonly target: string;
  readonly who: string;
  readonly body?: unknown;
  readonly headers?: readonly (readonly [string, string])[];
}

export interface Case {
  readonly id: string;
  readonly description: string;
  readonly setup: readonly Asked[];
  readonly request: Asked;
  readonly followups: readonly Asked[];
}

export const root = '/v2/metadefs/namespaces';

export function ask(
  method: string,
  target: string,
  body?: unknown,
  more: Partial<Pick<Asked, 'who' | 'headers'>> = {},
): Asked {
  return { who: 'admin', ...more, method, target, ...(body !== undefined && { body }) };
}

/** `ns/objects` as the whole path. */
export function at(path: string): string {
  return `${root}/${path}`;
}

export const get = (path: string, who = 'admin'): Asked => ask('GET', at(path), undefined, { who });
export const remove = (path: string, who = 'admin'): Asked => ask('DELETE', at(path), undefined, { who });
export const post = (path: string, body?: unknown, who = 'admin'): Asked =>
  ask('POST', at(path), body, { who });
export const put = (path: string, body?: unknown, who = 'admin'): Asked =>
  ask('PUT', at(path), body, { who });

/** Makes a namespace. */
export function namespace(name: string, more: object = {}): Asked {
  return ask('POST', root, { namespace: name, ...more });
}

export const publicOne: Asked = namespace('ns', { visibility: 'public' });
export const privateOne: Asked = namespace('ns', { visibility: 'private' });

export const property = { name: 'p', type: 'string', title: 'P' };

export function written(
  id: string,
  description: string,
  request: Asked,
  setup: readonly Asked[] = [],
  followups: readonly Asked[] = [],
): Case {
  return { id: `metadef-${id}`, description, setup, request, followups };
}

/** Something made in a public namespace. */
export const created = (
  id: string,
  description: string,
  path: string,
  body: unknown,
  followups: readonly Asked[] = [],
): Case => written(id, description, post(`ns/${path}`, body), [publicOne], followups);

/** A namespace with everything in it. */
export const full = {
  namespace: 'ns',
  display_name: 'Name',
  description: 'What it is',
  visibility: 'public',
  protected: false,
  owner: '${PROJECT:alpha}',
  resource_type_associations: [
    { name: 'OS::Nova::Flavor', prefix: 'hw:' },
    { name: 'OS::Glance::Image', properties_target: 'image' },
  ],
  properties: {
    cpu: { type: 'integer', title: 'CPUs', minimum: 1, maximum: 64, default: 2 },
    arch: { title: 'Arch', type: 'string', enum: ['x86', 'arm'], operators: ['<or>'], description: 'd' },
  },
  objects: [
    {
      name: 'o',
      description: 'An object',
      required: ['a'],
      properties: { a: { type: 'string', title: 'A' } },
    },
    { name: 'o2' },
  ],
  tags: [{ name: 't1' }, { name: 't2' }],
};
