import { readFileSync } from 'node:fs';
import Ajv, { type ErrorObject } from 'ajv';
import { visibilities, type Visibility } from '../core/image';

/** A seed file as docs/settings.md describes it, checked. `id` is optional everywhere. */
export interface Seed {
  readonly projects: readonly { id?: string; name: string }[];
  /** `roles`: names of roles by the project's name or id. */
  readonly users: readonly {
    id?: string;
    name: string;
    password: string;
    roles: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly accessKeys: readonly { access: string; secret: string; user: string; project: string }[];
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

const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true }).compile<Seed>(schema);

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
  if (!validate(content)) throw new SeedError(file, (validate.errors ?? []).map(sentence));
  const faults = [...repeated(content), ...unknownNames(content)];
  if (faults.length > 0) throw new SeedError(file, faults);
  return content;
}

/** Where, and what; never the value, which may be a password. */
function sentence({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const where = instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.');
  const extra = 'additionalProperty' in params ? `: ${String(params['additionalProperty'])}` : '';
  const allowed = 'allowedValues' in params ? `: ${(params['allowedValues'] as string[]).join(', ')}` : '';
  return `${where} ${message}${extra}${allowed}`;
}

function repeated(seed: Seed): string[] {
  const lists: [string, (string | undefined)[]][] = [
    ['project name', seed.projects.map((project) => project.name)],
    ['project id', seed.projects.map((project) => project.id)],
    ['user name', seed.users.map((user) => user.name)],
    ['user id', seed.users.map((user) => user.id)],
    ['access key', seed.accessKeys.map((key) => key.access)],
    ['application credential id', seed.applicationCredentials.map((credential) => credential.id)],
    ['image id', seed.images.map((image) => image.id)],
  ];
  return lists.flatMap(([what, values]) =>
    [...new Set(values.filter((value, index) => value !== undefined && values.indexOf(value) !== index))].map(
      (value) => `the ${what} ${String(value)} stands there more than once`,
    ),
  );
}

/** A name that the file itself does not make may still be there from an earlier start; that is seen later. */
function unknownNames(seed: Seed): string[] {
  const users = new Set(seed.users.flatMap((user) => [user.name, user.id]));
  return [
    ...seed.accessKeys.map(({ access, user }) => ({ what: `access key ${access}`, user })),
    ...seed.applicationCredentials.map(({ name, user }) => ({
      what: `application credential ${name}`,
      user,
    })),
  ]
    .filter(({ user }) => !users.has(user))
    .map(({ what, user }) => `the ${what} belongs to ${user}, a user that the file does not name`);
}
