import { readContract } from '../contracts/read-contract';
import { type Contract, type DialectName, operationsOf, resolved } from '../contracts/contracts';

/** As much of a schema of OpenAPI as values are made from. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly nullable?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: Schema;
}

/** The parts of a contract that name one operation of a dialect. */
export interface FuzzedOperation {
  readonly dialect: DialectName;
  readonly id: string;
  readonly method: string;
  /** With `{name}` where parameters go. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly bodies: readonly {
    readonly type: string;
    readonly schema: Schema;
    readonly examples: unknown[];
  }[];
  /** What a reference of the contract's schemas leads to. */
  readonly follow: (schema: Schema) => Schema;
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Described {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
}

/** Every operation of the contract in the dialect's folder. */
export function fuzzedOperations(dialect: DialectName): FuzzedOperation[] {
  const contract = readContract(dialect);
  return operationsOf(contract).map(({ method, path, operation }) => {
    const described = operation as Described;
    const shared = (contract.paths[path] ?? {}) as Described;
    const parameters = [...(shared.parameters ?? []), ...(described.parameters ?? [])];
    return {
      ...{ dialect, method, path },
      id: operation.operationId ?? `${method} ${path}`,
      parameters: parameters.map((one) => resolved<Parameter>(contract, one)),
      bodies: Object.entries(described.requestBody?.content ?? {}).map(([type, media]) =>
        bodyOf(type, media),
      ),
      follow: (schema) => followed(contract, schema),
    };
  });
}

function bodyOf(type: string, { schema = {}, example, examples = {} }: Media) {
  const shown = Object.values(examples).map(({ value }) => value);
  return { type, schema, examples: example === undefined ? shown : [example, ...shown] };
}

function followed(contract: Contract, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined
    ? schema
    : followed(contract, (contract.components.schemas as Record<string, Schema>)[name] ?? {});
}
