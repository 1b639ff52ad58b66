import type { Draws } from './draws';
import { keptSecret } from './directory-kinds';
import { entering } from './logins';
import type { Attributes, Call, World } from './world';

/** What users leave to programs: application credentials, their access rules, pairs of keys, kept secrets. */
export const delegationCalls: Draws = [
  [7, applicationCredential],
  [3, loginByCredential],
  [2, accessRule],
  [5, keyPair],
  [3, ownSecret],
];

function applicationCredential(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const as = random.pick(world.all('token'));
  const { user = '', scope } = world.owner.get(as) ?? {};
  const owner = random.chance(93) ? user : world.ref('user', true);
  const all = `/users/${owner}/application_credentials`;
  if (random.chance(55)) {
    const handle = world.next('application_credential');
    const makes = { kind: 'application_credential', handle, user, ...(scope && { scope }) };
    return { method: 'POST', path: all, as, body: { application_credential: wanted(world) }, makes };
  }
  if (random.chance(30) || !world.has('application_credential')) {
    const query = random.chance(20) ? `?name=${encodeURIComponent(world.name())}` : '';
    return { method: 'GET', path: `${all}${query}`, as };
  }
  const id = world.ref('application_credential');
  const holder = world.owner.get(id)?.user ?? owner;
  const one = `/users/${holder}/application_credentials/${id}`;
  const method = random.pick(['GET', 'GET', 'DELETE']);
  const who = { as: random.chance(80) ? world.tokenOf(holder) : as };
  return { method, path: one, ...who, ...(method === 'DELETE' && { ends: id }) };
}

const secret = 'known to both';

function wanted(world: World): Attributes {
  const { random } = world;
  const roles = (): unknown =>
    random.pick([
      [{ id: world.ref('role') }],
      [{ id: '<role-reader>' }],
      [{ name: 'reader' }],
      [],
      [{}],
      'reader',
    ]);
  return {
    name: world.name(),
    ...world.maybe(75, 'secret', () => secret),
    ...world.maybe(30, 'description', () => 'some words'),
    ...world.maybe(30, 'unrestricted', () => random.chance(70)),
    ...world.maybe(25, 'roles', roles),
    ...world.maybe(20, 'expires_at', () =>
      random.pick(['2099-01-01T00:00:00', '2099-01-01T00:00:00.5Z', '2001-01-01', 'soon', '']),
    ),
    ...world.maybe(20, 'access_rules', () => [
      {
        service: random.pick(['identity', 'image']),
        method: random.pick(['GET', 'POST']),
        path: random.pick(['/v3/users', '/v3/auth/**', '/v3/projects/*']),
      },
    ]),
    ...world.maybe(4, random.pick(['description', 'secret', 'unrestricted', 'project_id', 'colour']), () =>
      random.pick([null, 5, 'red']),
    ),
  };
}

function loginByCredential(world: World): Call | undefined {
  if (!world.has('application_credential')) return undefined;
  const { random } = world;
  const id = world.ref('application_credential', true);
  const { user = '', scope } = world.owner.get(id) ?? {};
  const known = { id, secret: random.chance(92) ? secret : 'wrong' };
  const identity = { methods: ['application_credential'], application_credential: known };
  return entering(world, { identity, ...(scope && random.chance(4) && { scope }) }, user, scope);
}

function accessRule(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const as = random.pick(world.all('token'));
  const all = `/users/${world.owner.get(as)?.user ?? ''}/access_rules`;
  if (random.chance(50) || !world.has('access_rule')) return { method: 'GET', path: all, as };
  const rule = world.ref('access_rule');
  const owner = world.owner.get(rule)?.user ?? world.owner.get(as)?.user ?? '';
  const path = `/users/${owner}/access_rules/${rule}`;
  return {
    method: random.pick(['GET', 'DELETE']),
    path,
    as: world.tokenOf(owner),
  };
}

function keyPair(world: World): Call | undefined {
  if (!world.has('user')) return undefined;
  const { random } = world;
  const as = world.has('token') && random.chance(50) ? random.pick(world.all('token')) : undefined;
  const caller = as === undefined ? undefined : world.owner.get(as)?.user;
  const owner = caller !== undefined && random.chance(85) ? caller : world.ref('user', true);
  const pairs = `/users/${owner}/credentials/OS-EC2`;
  const who = as === undefined ? {} : { as };
  if (random.chance(30)) return { method: 'GET', path: pairs, ...who };
  if (world.has('access') && random.chance(50)) {
    const pair = world.ref('access');
    const one = `/users/${world.owner.get(pair)?.user ?? owner}/credentials/OS-EC2/${pair}`;
    const method = random.pick(['GET', 'GET', 'DELETE']);
    return { method, path: one, ...who, ...(method === 'DELETE' && { ends: pair }) };
  }
  const body = random.chance(95) ? { tenant_id: world.ref('project', true) } : {};
  return {
    method: 'POST',
    path: pairs,
    body,
    ...who,
    makes: { kind: 'access', handle: world.next('access') },
  };
}

/** A secret that a user keeps, by the user. */
function ownSecret(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const as = random.pick(world.all('token'));
  const user = world.owner.get(as)?.user ?? '';
  if (random.chance(60)) {
    const makes = { kind: 'credential', handle: world.next('credential') };
    return { method: 'POST', path: '/credentials', as, body: { credential: keptSecret(world, user) }, makes };
  }
  const one = `/credentials/${world.ref('credential')}`;
  if (random.chance(50)) return { method: 'GET', path: random.pick(['/credentials', one]), as };
  if (random.chance(50)) return { method: 'PATCH', path: one, as, body: { credential: { blob: 'changed' } } };
  return { method: 'DELETE', path: one, as, ends: one.slice('/credentials/'.length) };
}
