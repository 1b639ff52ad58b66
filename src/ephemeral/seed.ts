import { randomBytes } from 'node:crypto';
import type { PlaintextCredentials } from '../seed/plaintext-credentials';
import { readSeedFile, type Seed } from '../seed/seed-file';

/** The admin of every ephemeral gateway, needed for its `/admin`. */
export interface EphemeralSeed {
  readonly seed: Seed;
  readonly admin: { readonly name: string; readonly password: string; readonly project: string };
}

/** Never a user of the seed, which may restrict its users. */
const adminName = 'tagway-admin';

/**
 * The initial state of an ephemeral gateway, restored at a reset: the given seed, or one project `demo` with a user
 * and an access key; in either case an admin, and an id for every project.
 * @param file null: none given
 * @throws SeedError
 */
export function ephemeralSeed(file: string | null): EphemeralSeed {
  const given = file === null ? demoSeed() : readSeedFile(file);
  const projects = given.projects.map((project) => ({
    ...project,
    id: project.id ?? randomBytes(16).toString('hex'),
  }));
  const home = projects[0] ?? { id: randomBytes(16).toString('hex'), name: 'demo' };
  const admin = { name: adminName, password: secret(20), project: home.name };
  return {
    admin,
    seed: {
      ...given,
      projects: projects.length > 0 ? projects : [home],
      users: [
        ...given.users,
        { name: admin.name, password: admin.password, roles: { [home.id]: ['admin'] } },
      ],
    },
  };
}

/**
 * What an ephemeral gateway announces that begins with a state file, and what it makes beside it: its admin, in the
 * first project.
 */
export function ephemeralSeedFromState({
  projects,
  users,
  accessKeys,
}: PlaintextCredentials): EphemeralSeed & { readonly made: Seed } {
  const home = { id: randomBytes(16).toString('hex'), name: adminName, ...projects[0] };
  const before = users.find(({ name }) => name === adminName);
  const admin = { name: adminName, password: before?.password ?? secret(20), project: home.name };
  const people = [{ name: admin.name, password: admin.password, roles: { [home.id]: ['admin'] } }];
  const nothing = { accessKeys: [], applicationCredentials: [], images: [] };
  return {
    admin,
    seed: {
      ...nothing,
      projects: projects.length > 0 ? projects : [home],
      users: [...users.filter(({ name }) => name !== adminName), ...people],
      accessKeys,
    },
    made: { ...nothing, projects: [home], users: people },
  };
}

/** Not parsed: to compile the schema of seeds takes 70 ms. */
function demoSeed(): Seed {
  const access = `AK${secret(18).toUpperCase()}`;
  return {
    projects: [{ name: 'demo' }],
    users: [{ name: 'demo', password: secret(20), roles: { demo: ['member'] } }],
    accessKeys: [{ access, secret: secret(40), user: 'demo', project: 'demo' }],
    applicationCredentials: [],
    images: [],
  };
}

/** Hexadecimal: no special characters for shells or settings files. */
function secret(length: number): string {
  return randomBytes(length / 2).toString('hex');
}
