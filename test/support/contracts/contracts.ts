export const dialectNames = [
  'openstack-images',
  'huawei-images',
  'huawei-cloudimages',
  'identity-v3',
  'tagway',
] as const;
export type DialectName = (typeof dialectNames)[number];

/** As much of OpenAPI as is read here. */
export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly 'x-elsewhere': { readonly responses: Responses };
  readonly components: { readonly schemas: object } & Readonly<
    Record<string, Readonly<Record<string, object>>>
  >;
}

export interface Operation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Responses;
}

/** By media type. */
export type Content = Readonly<Record<string, { readonly schema: object }>>;

export type Responses = Readonly<Record<string, Answer | Reference>>;

export interface Answer {
  readonly headers?: Readonly<Record<string, Header | Reference>>;
  readonly content?: Content;
  /** Whether the answer may also have no body at all. */
  readonly 'x-empty'?: boolean;
}

interface Header {
  readonly required?: boolean;
  readonly schema: object;
}

interface Reference {
  readonly $ref: string;
}

export const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;

/** `GET /v2/images`, … */
export function operationsOf({ paths }: Contract): { method: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
}

/** What a reference of the contract leads to. */
export function resolved<Thing extends object>(contract: Contract, thing: Thing | Reference): Thing {
  if (!('$ref' in thing)) return thing;
  const [, , kind = '', name = ''] = thing.$ref.split('/');
  const found = contract.components[kind]?.[name];
  if (!found) throw new Error(`${thing.$ref} leads nowhere`);
  return found as Thing;
}

/**
 * The contract with JSON schemas for OpenAPI's own (`nullable` is the difference that matters), and references that
 * start with the dialect's name.
 */
export function withJsonSchemas(name: DialectName, contract: Contract): Contract {
  return converted(contract, name) as Contract;
}

function converted(node: unknown, name: DialectName): unknown {
  if (Array.isArray(node)) return node.map((item) => converted(item, name));
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, converted(value, name)]));
  if (typeof made['$ref'] === 'string' && made['$ref'].startsWith('#/components/schemas/')) {
    made['$ref'] = `${name}${made['$ref']}`;
  }
  if (made['nullable'] === true && typeof made['type'] === 'string') made['type'] = [made['type'], 'null'];
  return made;
}
