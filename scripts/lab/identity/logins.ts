import type { Draws } from './draws';
import { type Call, passwords, type Scope, type World } from './world';

/** Logins, tokens, and what callers ask of themselves. */
export const loginCalls: Draws = [
  [13, login],
  [2, rescope],
  [3, token],
  [3, changePassword],
  [3, readOfUser],
  [4, own],
  [8, ofOwn],
];

function login(world: World): Call | undefined {
  if (!world.has('user')) return undefined;
  const { random } = world;
  const entrances = world.entrances();
  if (entrances.length > 0 && random.chance(75)) {
    const [user, scope] = random.pick(entrances);
    return loginOf(world, user, scope);
  }
  const scope = random.weighted<Scope | undefined>([
    [55, { project: { id: world.ref('project', true) } }],
    [15, { domain: { id: world.ref('domain', true) } }],
    [10, { system: { all: true } }],
    [20, undefined],
  ]);
  return loginOf(world, world.ref('user', true), scope);
}

function loginOf(world: World, user: string, scope: Scope | undefined): Call {
  const { random } = world;
  const known = world.password.get(user) ?? passwords[0];
  const password = random.chance(95) ? known : random.pick(passwords);
  const identity = { methods: ['password'], password: { user: { id: user, password } } };
  return entering(world, { identity, ...(scope && { scope }) }, user, scope);
}

/** A call that makes a token. */
export function entering(world: World, auth: object, user: string, scope: Scope | undefined): Call {
  return {
    method: 'POST',
    path: world.random.chance(30) ? '/auth/tokens' : '/auth/tokens?nocatalog',
    body: { auth },
    makes: { kind: 'token', handle: world.next('token'), user, ...(scope && { scope }) },
  };
}

/** A token for another place, made with one that is there. */
function rescope(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const old = random.pick(world.all('token'));
  const user = world.owner.get(old)?.user ?? '';
  const entrances = world.entrances().filter(([who]) => who === user);
  const known = entrances.length > 0 ? random.pick(entrances)[1] : undefined;
  const scope = random.chance(70) ? known : { project: { id: world.ref('project', true) } };
  const identity = { methods: ['token'], token: { id: old } };
  return entering(world, { identity, ...(scope && { scope }) }, user, scope);
}

/** A token is looked at, or revoked. */
function token(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const subject = random.pick(world.all('token'));
  const as = random.weighted([
    [50, {}],
    [30, { as: subject }],
    [20, { as: random.pick(world.all('token')) }],
  ]);
  const path = random.chance(30) ? '/auth/tokens' : '/auth/tokens?nocatalog';
  if (random.chance(75)) return { method: 'GET', path, subject, ...as };
  return { method: 'DELETE', path: '/auth/tokens', subject, ...as, ends: subject };
}

function changePassword(world: World): Call | undefined {
  if (!world.has('user')) return undefined;
  const id = world.ref('user', true);
  const original = world.random.chance(75) ? (world.password.get(id) ?? passwords[0]) : 'wrong';
  const user = { original_password: original, password: world.random.pick(passwords) };
  return { method: 'POST', path: `/users/${id}/password`, body: { user } };
}

function readOfUser(world: World): Call {
  return { method: 'GET', path: `/users/${world.ref('user')}/${world.random.pick(['groups', 'projects'])}` };
}

function own(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const path = world.random.pick(['projects', 'domains', 'system', 'catalog']);
  return { method: 'GET', path: `/auth/${path}`, as: world.random.pick(world.all('token')) };
}

/** What is the caller's own, or where its token is for. */
function ofOwn(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const as = random.pick(world.all('token'));
  const { user = '', scope } = world.owner.get(as) ?? {};
  const get = (path: string): Call => ({ method: 'GET', path, as });
  const around = scope === undefined || 'system' in scope ? aroundSystem : aroundPlace(world, scope);
  return random.pick([
    get(`/users/${user}`),
    get(`/users/${user}/groups`),
    get(`/users/${user}/projects`),
    get(`/credentials?user_id=${user}`),
    ...around.map(get),
  ]);
}

const aroundSystem = ['/users', '/projects', '/domains', '/roles', '/services', '/credentials', '/limits'];

function aroundPlace(world: World, scope: Exclude<Scope, { system: unknown }>): readonly string[] {
  if ('domain' in scope) {
    const domain = `/domains/${scope.domain.id}`;
    const made = ['users', 'groups', 'projects', 'roles'].map((plural) => `/${plural}`);
    const query = `?scope.domain.id=${scope.domain.id}`;
    return [domain, ...made, `/role_assignments${world.random.pick([query, '', '?include_names'])}`];
  }
  const { id } = scope.project;
  const above = world.above.get(id);
  return [
    `/projects/${id}`,
    `/projects/${id}/tags`,
    `/projects/${id}?parents_as_list&subtree_as_ids`,
    `/limits?project_id=${id}`,
    `/role_assignments?scope.project.id=${id}`,
    ...(above?.startsWith('<domain') === true ? [`/domains/${above}`] : []),
  ];
}
