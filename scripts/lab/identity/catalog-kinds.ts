import { described, flag, type Kind, named, nameOrMore, text } from './kind';
import type { Attributes, World } from './world';

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
const filtersOf = (world: World): Attributes => ({
  ...world.maybe(40, 'service_id', () => world.ref('service')),
  ...world.maybe(30, 'region_id', () => world.ref('region')),
  ...world.maybe(40, 'interface', () => world.random.pick(interfaces)),
  ...world.maybe(8, 'colour', () => 'red'),
});

export const catalogKinds: readonly Kind[] = [
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
  {
    kind: 'policy',
    plural: 'policies',
    make: (world) => ({ type: world.random.pick(['application/json', 'other']), blob: '{}' }),
    change: (world) => ({
      ...world.maybe(60, 'blob', () => '{"a":1}'),
      ...world.maybe(30, 'type', () => 'other'),
    }),
    filters: (world) => world.maybe(40, 'type', () => 'other'),
  },
  {
    kind: 'endpoint_group',
    plural: 'endpoint_groups',
    path: 'OS-EP-FILTER/endpoint_groups',
    make: (world) => ({
      name: world.name(),
      filters: filtersOf(world),
      ...world.maybe(30, 'description', () => text(world)),
    }),
    change: (world) => ({
      ...world.maybe(40, 'name', () => world.name()),
      ...world.maybe(40, 'filters', () => filtersOf(world)),
      ...world.maybe(30, 'description', () => text(world)),
    }),
    filters: (world) => world.maybe(40, 'name', () => world.name()),
  },
];
