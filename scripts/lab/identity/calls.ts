import { type Kind, kinds } from './kinds';
import { relationCalls } from './relations';
import type { Attributes, Call, World } from './world';

type Draw = (world: World) => Call | undefined;

/** The next call of a sequence. */
export function nextCall(world: World): Call {
  const all: readonly (readonly [number, Draw])[] = [...kindCalls, ...relationCalls];
  for (;;) {
    const call = world.random.weighted(all)(world);
    if (call) return asSomebody(world, call);
  }
}

/** Some calls are made by users that the sequence made. */
function asSomebody(world: World, call: Call): Call {
  if (call.as !== undefined || !world.has('token') || !world.random.chance(15)) return call;
  return { ...call, as: world.random.pick(world.all('token')) };
}

const makeWeights: Readonly<Record<string, number>> = { user: 9, project: 9, group: 5, role: 5, domain: 5 };

const kindCalls: readonly (readonly [number, Draw])[] = kinds.flatMap((kind) => [
  [makeWeights[kind.kind] ?? 4, (world: World) => make(world, kind)] as const,
  [2, (world: World) => ({ method: 'GET', path: onePath(world, kind) })] as const,
  [3, (world: World) => change(world, kind)] as const,
  [2, (world: World) => remove(world, kind)] as const,
  [2, (world: World) => list(world, kind)] as const,
]);

/** What both services have from the start is left alone: all sequences need it. */
function onePath(world: World, { kind, plural }: Kind): string {
  return `/${plural}/${world.ref(kind, true)}`;
}

function make(world: World, kind: Kind): Call {
  const part = spoilt(world, kind.make(world));
  const password = (part as { password?: unknown }).password;
  return {
    method: 'POST',
    path: `/${kind.plural}`,
    body: kind.many === true ? { [kind.plural]: [part] } : { [kind.kind]: part },
    makes: {
      kind: kind.kind,
      handle: world.next(kind.kind),
      ...(typeof password === 'string' && { password }),
    },
  };
}

function change(world: World, kind: Kind): Call {
  const attributes = spoilt(world, kind.change(world));
  return { method: 'PATCH', path: onePath(world, kind), body: { [kind.kind]: attributes } };
}

function remove(world: World, { kind, plural }: Kind): Call | undefined {
  // K11 would leave the services apart.
  if ((kind === 'service' || kind === 'region') && world.has('registered_limit')) return undefined;
  const handle = world.ref(kind, true);
  return { method: 'DELETE', path: `/${plural}/${handle}`, ends: handle };
}

function list(world: World, kind: Kind): Call {
  return { method: 'GET', path: `/${kind.plural}${query(kind.filters(world))}` };
}

function query(filters: Attributes): string {
  const parts = Object.entries(filters).map(([name, value]) => `${name}=${escaped(String(value))}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** As part of a URL; names for ids stay. */
export function escaped(text: string): string {
  return text.startsWith('<') ? text : encodeURIComponent(text);
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

const wrong = [null, 5, true, '', ' ', 'x'.repeat(300), [], {}, ['a'], 'a/b'];
