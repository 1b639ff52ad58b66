import { escaped } from './calls';
import { type Call, passwords, type World } from './world';

type Draw = (world: World) => Call | undefined;

/** Calls that join things, and those of users that the sequence made. */
export const relationCalls: readonly (readonly [number, Draw])[] = [
  [8, membership],
  [18, grant],
  [8, assignments],
  [6, implication],
  [6, projectTag],
  [8, login],
  [3, changePassword],
  [3, readOfUser],
  [5, applicationCredential],
  [4, keyPair],
  [3, hierarchy],
  [2, own],
];

const mostly = ['PUT', 'PUT', 'PUT', 'HEAD', 'GET', 'DELETE'] as const;
const oftenRead = ['PUT', 'PUT', 'HEAD', 'DELETE'] as const;

function membership(world: World): Call {
  const group = `/groups/${world.ref('group')}/users`;
  if (world.random.chance(20)) return { method: 'GET', path: group };
  return { method: world.random.pick(oftenRead), path: `${group}/${world.ref('user', true)}` };
}

/** A role on a project, a domain or the system, also an inherited one. */
function grant(world: World): Call {
  const { random } = world;
  const actor = random.pick(['user', 'user', 'group']);
  const place = random.pick(['project', 'project', 'domain', 'system']);
  const where = place === 'system' ? '/system' : `/${place}s/${world.ref(place)}`;
  const who = world.ref(actor, true);
  const roles = `${where}/${actor}s/${who}/roles`;
  // K20 would leave them apart.
  const inherits = place !== 'system' && random.chance(20) && world.all(actor).includes(who);
  const [before, after] = inherits ? ['/OS-INHERIT', '/inherited_to_projects'] : ['', ''];
  if (random.chance(15)) return { method: 'GET', path: `${before}${roles}${after}` };
  return { method: random.pick(mostly), path: `${before}${roles}/${world.ref('role')}${after}` };
}

function assignments(world: World): Call {
  const { random } = world;
  const one = (name: string, kind: string): string[] =>
    random.chance(30) ? [`${name}=${world.ref(kind, true)}`] : [];
  const flag = (name: string, percent: number): string[] => (random.chance(percent) ? [name] : []);
  const parts = [
    ...(random.chance(60) ? one('user.id', 'user') : one('group.id', 'group')),
    ...one('role.id', 'role'),
    ...(random.chance(60) ? one('scope.project.id', 'project') : one('scope.domain.id', 'domain')),
    ...flag('scope.system=all', 5),
    ...flag('effective', 25),
    ...flag('include_names', 25),
    ...flag('include_subtree', 8),
    ...flag('scope.OS-INHERIT:inherited_to=projects', 8),
  ];
  return { method: 'GET', path: `/role_assignments${parts.length > 0 ? '?' : ''}${parts.join('&')}` };
}

function implication(world: World): Call {
  const prior = `/roles/${world.ref('role', true)}/implies`;
  if (world.random.chance(15)) return { method: 'GET', path: prior };
  return { method: world.random.pick(mostly), path: `${prior}/${world.ref('role', true)}` };
}

function projectTag(world: World): Call {
  const { random } = world;
  const tags = `/projects/${world.ref('project', true)}/tags`;
  if (random.chance(15)) return { method: 'GET', path: tags };
  if (random.chance(10)) return { method: 'DELETE', path: tags };
  if (random.chance(20)) return { method: 'PUT', path: tags, body: { tags: random.pick(tagLists) } };
  const tag = random.pick(['one', 'two', 'a b', 'x'.repeat(256), 'a,b', 'ü']);
  return { method: random.pick(['PUT', 'PUT', 'GET', 'DELETE']), path: `${tags}/${escaped(tag)}` };
}

const tagLists = [['one'], [], ['two', 'three'], ['a,b'], [''], ['x'.repeat(256)], 'one', ['one', 'one']];

function login(world: World): Call | undefined {
  if (!world.has('user')) return undefined;
  const { random } = world;
  const id = world.ref('user', true);
  const known = world.password.get(id) ?? passwords[0];
  const password = random.chance(90) ? known : random.pick(passwords);
  const scope = random.weighted([
    [60, { project: { id: world.ref('project', true) } }],
    [15, { domain: { id: world.ref('domain', true) } }],
    [10, { system: { all: true } }],
    [15, undefined],
  ] as const);
  const identity = { methods: ['password'], password: { user: { id, password } } };
  return {
    method: 'POST',
    path: '/auth/tokens?nocatalog',
    body: { auth: { identity, ...(scope && { scope }) } },
    makes: { kind: 'token', handle: world.next('token') },
  };
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

function applicationCredential(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const { random } = world;
  const as = random.pick(world.all('token'));
  const all = `/users/${world.userOfToken.get(as) ?? ''}/application_credentials`;
  if (random.chance(50)) {
    const handle = world.next('application_credential');
    const attributes = {
      name: world.name(),
      ...world.maybe(30, 'description', () => 'some words'),
      ...world.maybe(20, 'unrestricted', () => random.chance(50)),
      ...world.maybe(20, 'roles', () => [{ id: world.ref('role') }]),
      ...world.maybe(20, 'expires_at', () => random.pick(['2099-01-01T00:00:00', '2001-01-01', 'soon'])),
    };
    const makes = { kind: 'application_credential', handle };
    return { method: 'POST', path: all, as, body: { application_credential: attributes }, makes };
  }
  if (random.chance(30) || !world.has('application_credential')) return { method: 'GET', path: all, as };
  const id = world.ref('application_credential');
  const method = random.pick(['GET', 'DELETE']);
  return { method, path: `${all}/${id}`, as, ...(method === 'DELETE' && { ends: id }) };
}

function keyPair(world: World): Call | undefined {
  if (!world.has('user')) return undefined;
  const { random } = world;
  const pairs = `/users/${world.ref('user', true)}/credentials/OS-EC2`;
  if (random.chance(40)) return { method: 'GET', path: pairs };
  if (world.has('access') && random.chance(40)) {
    return { method: random.pick(['GET', 'DELETE']), path: `${pairs}/${world.ref('access')}` };
  }
  const body = { tenant_id: world.ref('project', true) };
  return { method: 'POST', path: pairs, body, makes: { kind: 'access', handle: world.next('access') } };
}

function hierarchy(world: World): Call {
  const { random } = world;
  const parts = ['parents_as_ids', 'subtree_as_ids', 'parents_as_list', 'subtree_as_list'].filter(() =>
    random.chance(35),
  );
  return { method: 'GET', path: `/projects/${world.ref('project', true)}?${parts.join('&')}` };
}

function own(world: World): Call | undefined {
  if (!world.has('token')) return undefined;
  const path = world.random.pick(['/auth/projects', '/auth/domains', '/auth/system']);
  return { method: 'GET', path, as: world.random.pick(world.all('token')) };
}
