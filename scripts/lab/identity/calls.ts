import { catalogKinds } from './catalog-kinds';
import { delegationCalls } from './delegation';
import { directoryKinds } from './directory-kinds';
import { type Draws, escaped } from './draws';
import type { Kind } from './kind';
import { loginCalls } from './logins';
import { relationCalls } from './relations';
import type { Attributes, Call, World } from './world';

/** The next call of a sequence: first what all others need, then any. */
export function nextCall(world: World): Call {
  const first = world.opening.shift();
  if (first) return first(world);
  const all = [...kindCalls, ...relationCalls, ...loginCalls, ...delegationCalls];
  for (;;) {
    const call = world.random.weighted(all)(world);
    if (call) return perhapsHead(world, unlessLost(world, asSomebody(world, call)));
  }
}

/** Some calls are made by users that the sequence made. */
function asSomebody(world: World, call: Call): Call {
  if (call.as !== undefined || !world.has('token') || !world.random.chance(25)) return call;
  // K33 would leave the passwords apart.
  if (call.path.endsWith('/password')) return call;
  // A login needs no token; Keystone looks at one all the same.
  if (call.method === 'POST' && call.path.startsWith('/auth/tokens')) return call;
  return { ...call, as: world.random.pick(world.all('token')) };
}

/** K29 would leave apart what a token changes whose user lost a role. */
function unlessLost(world: World, call: Call): Call {
  const { path, as } = call;
  const isHarmless = ['GET', 'HEAD', 'POST'].includes(call.method);
  return as === undefined || isHarmless || !world.lost.has(as) ? call : { method: 'GET', path, as };
}

function perhapsHead(world: World, call: Call): Call {
  return call.method === 'GET' && world.random.chance(6) ? { ...call, method: 'HEAD' } : call;
}

const makeWeights: Readonly<Record<string, number>> = { user: 10, project: 10, group: 5, role: 5, domain: 5 };

const kindCalls: Draws = [...directoryKinds, ...catalogKinds].flatMap((kind) => [
  [makeWeights[kind.kind] ?? 3, (world: World) => make(world, kind)] as const,
  [2, (world: World) => mostlyKnown(world, kind, show)] as const,
  [2, (world: World) => mostlyKnown(world, kind, change)] as const,
  [1, (world: World) => mostlyKnown(world, kind, remove)] as const,
  [2, (world: World) => list(world, kind)] as const,
]);

type OfKind = (world: World, kind: Kind) => Call | undefined;

/** Seldom of a kind of which there is nothing. */
function mostlyKnown(world: World, kind: Kind, draw: OfKind): Call | undefined {
  return world.has(kind.kind) || world.random.chance(8) ? draw(world, kind) : undefined;
}

function show(world: World, kind: Kind): Call {
  return { method: 'GET', path: onePath(world, kind) };
}

function pathOf({ path, plural }: Kind): string {
  return `/${path ?? plural}`;
}

/** What both services have from the start is left alone: all sequences need it. */
function onePath(world: World, kind: Kind): string {
  return `${pathOf(kind)}/${world.ref(kind.kind, true)}`;
}

function make(world: World, kind: Kind): Call {
  const part = unmet(world, spoilt(world, kind.make(world)));
  const { password } = part as { password?: unknown };
  return {
    method: 'POST',
    path: pathOf(kind),
    body: kind.many === true ? { [kind.plural]: [part] } : { [kind.kind]: part },
    makes: {
      kind: kind.kind,
      handle: world.next(kind.kind),
      ...(typeof password === 'string' && { password }),
    },
  };
}

function change(world: World, kind: Kind): Call {
  const wanted = kind.change(world);
  // K28 would leave the services apart.
  const attributes = kind.kind === 'service' ? wanted : spoilt(world, wanted);
  return { method: 'PATCH', path: onePath(world, kind), body: { [kind.kind]: attributes } };
}

function remove(world: World, kind: Kind): Call | undefined {
  // K11 would leave the services apart.
  if ((kind.kind === 'service' || kind.kind === 'region') && world.has('registered_limit')) return undefined;
  const handle = world.ref(kind.kind, true);
  return { method: 'DELETE', path: `${pathOf(kind)}/${handle}`, ends: handle };
}

function list(world: World, kind: Kind): Call {
  return { method: 'GET', path: `${pathOf(kind)}${query(kind.filters(world))}` };
}

function query(filters: Attributes): string {
  const parts = Object.entries(filters).map(([name, value]) => `${name}=${escaped(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** One in ten is not as it must be. */
function spoilt(world: World, attributes: Attributes): Attributes {
  const { random } = world;
  const names = Object.keys(attributes);
  if (names.length === 0 || !random.chance(10)) return attributes;
  const name = random.pick(names);
  if (random.chance(25)) return { ...attributes, colour: 'red' };
  if (random.chance(30))
    return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
  return { ...attributes, [name]: random.pick(wrong) };
}

/** A region's id that other sequences would meet. */
function unmet(world: World, attributes: Attributes): Attributes {
  const { id } = attributes;
  return id === ' ' || id === 'a/b' ? { ...attributes, id: `${world.salt}${id}` } : attributes;
}

const wrong = [null, 5, true, '', ' ', 'x'.repeat(300), [], {}, ['a'], 'a/b'];
