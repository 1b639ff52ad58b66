import { readFileSync } from 'node:fs';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { visibilities, type Visibility } from '../core/image';

/** A seed file as docs/seed.md describes it, checked. `id` is optional everywhere. */
export interface Seed {
  readonly projects: readonly { id?: string; name: string }[];
  /** `roles`: names of roles by the project's name or id. */
  readonly users: readonly {
    id?: string;
    name: string;
    password: string;
    roles: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly accessKeys: readonly {
    access: string;
    secret: string;
    user: string;
    project: string;
    /** Also every other project of the user, where a signed header names it. */
    allProjects?: boolean;
  }[];
  readonly applicationCredentials: readonly {
    id?: string;
    name: string;
    secret: string;
    user: string;
    project: string;
    roles: readonly string[];
  }[];
  readonly images: readonly {
    id?: string;
    name: string;
    project: string;
    visibility: Visibility;
    tags: readonly string[];
  }[];
}

export class SeedError extends Error {
  override readonly name = 'SeedError';
  constructor(
    file: string,
    readonly faults: readonly string[],
  ) {
    super(`The seed file ${file} cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

const text = (more: object = {}): object => ({ type: 'string', minLength: 1, maxLength: 255, ...more });
const hexId = text({ pattern: '^[0-9a-f]{32}$' });
const uuid = text({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });

const listOf = (required: string[], properties: object): object => ({
  type: 'array',
  default: [],
  items: { type: 'object', required, additionalProperties: false, properties },
});

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    projects: listOf(['name'], { id: hexId, name: text() }),
    users: listOf(['name', 'password'], {
      id: hexId,
      name: text(),
      password: text({ maxLength: 4096 }),
      roles: { type: 'object', default: {}, additionalProperties: { type: 'array', items: text() } },
    }),
    accessKeys: listOf(['access', 'secret', 'user', 'project'], {
      access: text({ pattern: '^[0-9A-Za-z_-]+$' }),
      secret: text(),
      user: text(),
      project: text(),
      allProjects: { type: 'boolean' },
    }),
    applicationCredentials: listOf(['name', 'secret', 'user', 'project', 'roles'], {
      id: hexId,
      name: text(),
      secret: text({ maxLength: 4096 }),
      user: text(),
      project: text(),
      roles: { type: 'array', minItems: 1, items: text() },
    }),
    images: listOf(['name', 'project'], {
      id: uuid,
      name: text(),
      project: text(),
      visibility: { enum: visibilities, default: 'shared' },
      tags: { type: 'array', default: [], items: { type: 'string', maxLength: 255 } },
    }),
  },
};

let compiled: ValidateFunction<Seed> | undefined;

/** Compiled when there is a seed. */
function validator(): ValidateFunction<Seed> {
  return (compiled ??= new Ajv({ allErrors: true, useDefaults: true, verbose: true }).compile<Seed>(schema));
}

/** @throws SeedError with every fault of the file */
export function readSeedFile(file: string): Seed {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SeedError(file, [(error as Error).message]);
  }
  return parseSeed(content, file);
}

/** @throws SeedError with every fault */
export function parseSeed(content: unknown, file = 'seed'): Seed {
  const validate = validator();
  const isWellFormed = validate(content);
  const rows = rowsOf(content);
  const faults = [...(validate.errors ?? []).map(sentence), ...repeated(rows), ...unknownNames(rows)];
  if (isWellFormed && faults.length === 0) return content;
  throw new SeedError(file, faults);
}

type ListName = keyof Seed;
type Rows = (list: ListName) => readonly Readonly<Record<string, unknown>>[];

/** The entries of each list as far as they can be read: a fault in one place must not hide those in others. */
function rowsOf(content: unknown): Rows {
  const lists = (content ?? {}) as Partial<Record<ListName, unknown>>;
  return (name) => {
    const list: unknown = lists[name];
    return Array.isArray(list) ? list.filter(isRow) : [];
  };
}

/** Where, and what; never the value, which may be a password. */
function sentence({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const where = instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.');
  const extra = 'additionalProperty' in params ? `: ${String(params['additionalProperty'])}` : '';
  const allowed = 'allowedValues' in params ? `: ${(params['allowedValues'] as string[]).join(', ')}` : '';
  return `${where} ${message}${extra}${allowed}`;
}

function isRow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What each list calls its entries, and which of their members must differ. */
const distinct: readonly [ListName, string, string][] = [
  ['projects', 'name', 'project name'],
  ['projects', 'id', 'project id'],
  ['users', 'name', 'user name'],
  ['users', 'id', 'user id'],
  ['accessKeys', 'access', 'access key'],
  ['applicationCredentials', 'id', 'application credential id'],
  ['images', 'id', 'image id'],
];

function repeated(rows: Rows): string[] {
  return distinct.flatMap(([list, member, what]) => {
    const values = rows(list).flatMap(({ [member]: value }) => (typeof value === 'string' ? [value] : []));
    const twice = new Set(values.filter((value, index) => values.indexOf(value) !== index));
    return [...twice].map((value) => `the ${what} ${value} stands there more than once`);
  });
}

/** A project that the file itself does not make may still be there from an earlier start; that is seen later. */
function unknownNames(rows: Rows): string[] {
  const users = new Set(rows('users').flatMap(({ name, id }) => [name, id]));
  const owned = [
    ...rows('accessKeys').map(({ access, user }) => [`access key ${String(access)}`, user]),
    ...rows('applicationCredentials').map(({ name, user }) => [
      `application credential ${String(name)}`,
      user,
    ]),
  ];
  return owned
    .filter(([, user]) => typeof user === 'string' && !users.has(user))
    .map(
      ([what, user]) => `the ${String(what)} belongs to ${String(user)}, a user that the file does not name`,
    );
}
