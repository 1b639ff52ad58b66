import type { Attributes, World } from './world';
import { passwords } from './world';

/** Something that can be made, shown, changed, listed and deleted. */
export interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly make: (world: World) => Attributes;
  readonly change: (world: World) => Attributes;
  /** Queries of its list. */
  readonly filters: (world: World) => Attributes;
  /** Several are made by one request. */
  readonly many?: true;
}

const flag = (world: World): boolean => world.random.chance(70);
const text = (world: World): string => world.random.pick(['', 'some words', 'Wörter']);
const described = (world: World): Attributes => ({
  ...world.maybe(30, 'enabled', () => flag(world)),
  ...world.maybe(30, 'description', () => text(world)),
});
const immutable = (world: World): Attributes =>
  world.maybe(5, 'options', () => ({ immutable: world.random.chance(60) }));
const nameOrMore = (world: World): Attributes => ({
  ...world.maybe(40, 'name', () => world.name()),
  ...described(world),
  ...immutable(world),
});
const named = (world: World): Attributes => ({
  ...world.maybe(
    40,
    world.random.pick(['name', 'name__contains', 'name__startswith', 'name__iendswith']),
    () => (world.random.chance(50) ? world.name() : 'red'),
  ),
  ...world.maybe(20, 'enabled', () => world.random.pick(['true', 'False', '0', '', 'yes'])),
});
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

const interfaces = ['public', 'internal', 'admin'] as const;

function endpoint(world: World): Attributes {
  return {
    service_id: world.ref('service'),
    interface: world.random.pick(interfaces),
    url: world.random.pick(['http://host/v1', 'http://host/%(project_id)s', 'http://host/$(nothing)s']),
    ...world.maybe(50, 'region_id', () => world.ref('region')),
    ...world.maybe(20, 'enabled', () => flag(world)),
  };
}

const limited = (world: World): Attributes => ({
  service_id: world.ref('service'),
  ...world.maybe(40, 'region_id', () => world.ref('region')),
  resource_name: world.random.pick(['images', 'tags', 'bytes']),
  ...world.maybe(30, 'description', () => text(world)),
});
const size = (world: World): number => world.random.pick([0, 5, -1, 100]);

export const kinds: readonly Kind[] = [
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
    change: (world) => ({ name: world.name(), ...immutable(world) }),
    filters: (world) => ({ ...named(world), ...world.maybe(30, 'domain_id', () => world.ref('domain')) }),
  },
  {
    kind: 'region',
    plural: 'regions',
    make: (world) => ({
      ...world.maybe(40, 'id', () => world.name()),
      ...world.maybe(30, 'description', () => text(world)),
      ...world.maybe(30, 'parent_region_id', () => world.ref('region')),
    }),
    change: (world) => ({
      description: text(world),
      ...world.maybe(30, 'parent_region_id', () => world.ref('region')),
    }),
    filters: (world) => world.maybe(50, 'parent_region_id', () => world.ref('region')),
  },
  {
    kind: 'service',
    plural: 'services',
    make: (world) => ({
      type: world.random.pick(['volume', 'compute', 'other']),
      ...world.maybe(70, 'name', () => world.name()),
      ...described(world),
    }),
    change: nameOrMore,
    filters: (world) => ({ ...named(world), ...world.maybe(30, 'type', () => 'volume') }),
  },
  {
    kind: 'endpoint',
    plural: 'endpoints',
    make: endpoint,
    change: (world) => ({
      ...world.maybe(40, 'url', () => 'https://other/'),
      ...world.maybe(30, 'region_id', () => world.ref('region')),
      ...world.maybe(30, 'service_id', () => world.ref('service')),
      ...world.maybe(30, 'interface', () => world.random.pick(interfaces)),
      ...described(world),
    }),
    filters: (world) => ({
      ...world.maybe(40, 'service_id', () => world.ref('service')),
      ...world.maybe(30, 'interface', () => world.random.pick(interfaces)),
      ...world.maybe(30, 'region_id', () => world.ref('region')),
    }),
  },
  {
    kind: 'credential',
    plural: 'credentials',
    make: (world) => ({
      type: world.random.pick(['cert', 'totp', 'other']),
      blob: world.random.pick(['plain text', '{"a":1}']),
      user_id: world.ref('user'),
      ...world.maybe(40, 'project_id', () => world.ref('project')),
    }),
    change: (world) => ({
      ...world.maybe(60, 'blob', () => 'another text'),
    }),
    filters: (world) => ({
      ...world.maybe(50, 'user_id', () => world.ref('user')),
      ...world.maybe(40, 'type', () => 'cert'),
    }),
  },
  {
    kind: 'registered_limit',
    plural: 'registered_limits',
    many: true,
    make: (world) => ({ ...limited(world), default_limit: size(world) }),
    change: (world) => ({
      ...world.maybe(60, 'default_limit', () => size(world)),
      ...world.maybe(30, 'description', () => text(world)),
      ...world.maybe(20, 'resource_name', () => 'bytes'),
    }),
    filters: (world) => ({
      ...world.maybe(40, 'service_id', () => world.ref('service')),
      ...world.maybe(40, 'resource_name', () => 'images'),
    }),
  },
  {
    kind: 'limit',
    plural: 'limits',
    many: true,
    make: (world) => ({
      ...limited(world),
      resource_limit: size(world),
      ...(world.random.chance(80)
        ? { project_id: world.ref('project', true) }
        : { domain_id: world.ref('domain', true) }),
    }),
    change: (world) => ({
      ...world.maybe(70, 'resource_limit', () => size(world)),
      ...world.maybe(30, 'description', () => text(world)),
    }),
    filters: (world) => ({
      ...world.maybe(40, 'service_id', () => world.ref('service')),
      ...world.maybe(30, 'resource_name', () => 'images'),
      ...world.maybe(30, 'project_id', () => world.ref('project')),
    }),
  },
];
