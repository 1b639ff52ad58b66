import type { Attributes, World } from './world';

/** Something that can be made, shown, changed, listed and deleted. */
export interface Kind {
  readonly kind: string;
  readonly plural: string;
  /** Where it is, if not at its plural. */
  readonly path?: string;
  readonly make: (world: World) => Attributes;
  readonly change: (world: World) => Attributes;
  /** Queries of its list. */
  readonly filters: (world: World) => Attributes;
  /** Several are made by one request. */
  readonly many?: true;
}

export const flag = (world: World): boolean => world.random.chance(70);
export const text = (world: World): string => world.random.pick(['', 'some words', 'Wörter']);
export const described = (world: World): Attributes => ({
  ...world.maybe(30, 'enabled', () => flag(world)),
  ...world.maybe(30, 'description', () => text(world)),
});
export const immutable = (world: World): Attributes =>
  world.maybe(5, 'options', () => ({ immutable: world.random.chance(60) }));
export const nameOrMore = (world: World): Attributes => ({
  ...world.maybe(40, 'name', () => world.name()),
  ...described(world),
  ...immutable(world),
});
export const named = (world: World): Attributes => ({
  ...world.maybe(
    40,
    world.random.pick(['name', 'name__contains', 'name__startswith', 'name__iendswith']),
    () => (world.random.chance(50) ? world.name() : 'red'),
  ),
  ...world.maybe(20, 'enabled', () => world.random.pick(['true', 'False', '0', '', 'yes'])),
});
