import { described, immutable, type Kind, named, nameOrMore, text } from './kind';
import { type Attributes, passwords, type World } from './world';

const inDomain = (world: World): Attributes => world.maybe(60, 'domain_id', () => world.ref('domain'));

function user(world: World): Attributes {
  const { random } = world;
  return {
    ...world.maybe(20, 'default_project_id', () => world.ref('project')),
    ...world.maybe(30, 'email', () => 'who@example.org'),
    ...world.maybe(80, 'password', () => random.pick(passwords)),
    ...world.maybe(6, 'options', () => ({ ignore_password_expiry: random.chance(50) })),
  };
}

/** A credential of that user. */
export function keptSecret(world: World, userId: string): Attributes {
  const { random } = world;
  const type = random.pick(['cert', 'totp', 'other', 'ec2']);
  const pair = { access: `${world.salt}${String(random.below(1000))}`, secret: 'known' };
  const blob = type === 'ec2' && random.chance(80) ? JSON.stringify(pair) : random.pick(blobs);
  return {
    type,
    blob,
    user_id: userId,
    ...world.maybe(type === 'ec2' ? 80 : 40, 'project_id', () => world.ref('project')),
  };
}

const blobs = ['plain text', '{"a":1}'] as const;

export const directoryKinds: readonly Kind[] = [
  {
    kind: 'domain',
    plural: 'domains',
    make: (world) => ({ name: world.name(), ...described(world), ...immutable(world) }),
    change: nameOrMore,
    filters: named,
  },
  {
    kind: 'project',
    plural: 'projects',
    make: (world) => ({
      name: world.name(),
      ...inDomain(world),
      ...world.maybe(35, 'parent_id', () => world.ref('project', true)),
      ...described(world),
      ...immutable(world),
      ...world.maybe(20, 'tags', () => ['one', 'two']),
      ...world.maybe(8, 'is_domain', () => false),
    }),
    change: (world) => ({ ...nameOrMore(world), ...world.maybe(15, 'tags', () => ['two', 'three']) }),
    filters: (world) => ({
      ...named(world),
      ...world.maybe(20, 'domain_id', () => world.ref('domain')),
      ...world.maybe(20, 'parent_id', () => world.ref('project')),
      ...world.maybe(
        15,
        world.random.pick(['tags', 'tags-any', 'not-tags', 'not-tags-any']),
        () => 'one,two',
      ),
    }),
  },
  {
    kind: 'user',
    plural: 'users',
    make: (world) => ({ name: world.name(), ...inDomain(world), ...user(world), ...described(world) }),
    change: (world) => ({ ...nameOrMore(world), ...user(world) }),
    filters: (world) => ({ ...named(world), ...world.maybe(30, 'domain_id', () => world.ref('domain')) }),
  },
  {
    kind: 'group',
    plural: 'groups',
    make: (world) => ({
      name: world.name(),
      ...inDomain(world),
      ...world.maybe(30, 'description', () => text(world)),
    }),
    change: (world) => ({ name: world.name(), ...world.maybe(30, 'description', () => text(world)) }),
    filters: (world) => ({ ...named(world), ...world.maybe(30, 'domain_id', () => world.ref('domain')) }),
  },
  {
    kind: 'role',
    plural: 'roles',
    make: (world) => ({
      name: world.name(),
      ...world.maybe(25, 'domain_id', () => world.ref('domain')),
      ...world.maybe(30, 'description', () => text(world)),
      ...immutable(world),
    }),
    change: (world) => ({
      ...world.maybe(60, 'name', () => world.name()),
      ...world.maybe(20, 'description', () => text(world)),
      ...immutable(world),
    }),
    filters: (world) => ({ ...named(world), ...world.maybe(30, 'domain_id', () => world.ref('domain')) }),
  },
  {
    kind: 'credential',
    plural: 'credentials',
    make: (world) => keptSecret(world, world.ref('user')),
    change: (world) => ({
      ...world.maybe(60, 'blob', () => world.random.pick(['another text', '{"access":"a","secret":"b"}'])),
    }),
    filters: (world) => ({
      ...world.maybe(50, 'user_id', () => world.ref('user')),
      ...world.maybe(40, 'type', () => 'cert'),
    }),
  },
];
