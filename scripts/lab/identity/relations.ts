import { type Draws, escaped } from './draws';
import type { Call, World } from './world';

/** Calls that join things. */
export const relationCalls: Draws = [
  [8, membership],
  [20, grant],
  [8, assignments],
  [6, implication],
  [6, projectTag],
  [14, joined],
  [3, hierarchy],
  [5, endpointFilter],
  [1, inferences],
  [1, limitModel],
];

const mostly = ['PUT', 'PUT', 'PUT', 'HEAD', 'GET', 'DELETE'] as const;
const oftenRead = ['PUT', 'PUT', 'HEAD', 'DELETE'] as const;

/** Something of what was joined is looked at, or taken apart. */
function joined(world: World): Call | undefined {
  if (world.joined.length === 0) return undefined;
  const path = world.random.pick(world.joined);
  const list = path.replace(/\/[^/]+$|\/[^/]+(\/inherited_to_projects)$/, '$1');
  if (path.endsWith('/tags') || world.random.chance(15)) return { method: 'GET', path: list };
  const method = world.random.pick(['GET', 'HEAD', 'GET', 'DELETE', 'PUT']);
  // K20 would leave them apart.
  return { method: path.startsWith('/OS-INHERIT') && method === 'PUT' ? 'GET' : method, path };
}

function membership(world: World): Call | undefined {
  if (!world.has('group') || !world.has('user')) return undefined;
  const group = `/groups/${world.ref('group')}/users`;
  if (world.random.chance(20)) return { method: 'GET', path: group };
  return { method: world.random.pick(oftenRead), path: `${group}/${world.ref('user', true)}` };
}

/** A role on a project, a domain or the system, also an inherited one. */
function grant(world: World): Call | undefined {
  const { random } = world;
  const actor = random.pick(['user', 'user', 'group']);
  if (!world.has(actor) && random.chance(90)) return undefined;
  const place = random.pick(['project', 'project', 'domain', 'system']);
  const where = place === 'system' ? '/system' : `/${place}s/${world.ref(place, random.chance(80))}`;
  const who = world.ref(actor, true);
  const roles = `${where}/${actor}s/${who}/roles`;
  // K20 would leave them apart.
  const inherits = place !== 'system' && random.chance(20) && world.all(actor).includes(who);
  const [before, after] = inherits ? ['/OS-INHERIT', '/inherited_to_projects'] : ['', ''];
  if (random.chance(15)) return { method: 'GET', path: `${before}${roles}${after}` };
  return { method: random.pick(mostly), path: `${before}${roles}/${givenRole(world)}${after}` };
}

/** Mostly one that Keystone's default policy speaks of. */
function givenRole(world: World): string {
  return world.random.weighted([
    [25, '<role-reader>'],
    [20, '<role-member>'],
    [15, '<role-manager>'],
    [5, '<role-admin>'],
    [35, world.ref('role')],
  ]);
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

function implication(world: World): Call | undefined {
  if (!world.has('role')) return undefined;
  const prior = `/roles/${world.ref('role', true)}/implies`;
  if (world.random.chance(15)) return { method: 'GET', path: prior };
  return {
    method: world.random.pick(mostly),
    path: `${prior}/${world.ref('role', world.random.chance(70))}`,
  };
}

function projectTag(world: World): Call | undefined {
  const { random } = world;
  if (!world.has('project')) return undefined;
  const tags = `/projects/${world.ref('project', true)}/tags`;
  if (random.chance(15)) return { method: 'GET', path: tags };
  if (random.chance(10)) return { method: 'DELETE', path: tags };
  if (random.chance(20)) return { method: 'PUT', path: tags, body: { tags: random.pick(tagLists) } };
  const tag = random.pick(['one', 'two', 'a b', 'x'.repeat(256), 'a,b', 'ü']);
  return { method: random.pick(['PUT', 'PUT', 'GET', 'DELETE']), path: `${tags}/${escaped(tag)}` };
}

const tagLists = [['one'], [], ['two', 'three'], ['a,b'], [''], ['x'.repeat(256)], 'one', ['one', 'one']];

function hierarchy(world: World): Call {
  const { random } = world;
  const parts = ['parents_as_ids', 'subtree_as_ids', 'parents_as_list', 'subtree_as_list'].filter(() =>
    random.chance(35),
  );
  return { method: 'GET', path: `/projects/${world.ref('project', true)}?${parts.join('&')}` };
}

/** Which endpoints the catalog of a project shows. */
function endpointFilter(world: World): Call | undefined {
  const { random } = world;
  if (!world.has('project') || !(world.has('endpoint') || world.has('endpoint_group'))) return undefined;
  const [project, group] = [world.ref('project', true), world.ref('endpoint_group', true)];
  const endpoint = world.ref('endpoint', true);
  const of = random.pick([
    `endpoint_groups/${group}/projects/${project}`,
    `projects/${project}/endpoints/${endpoint}`,
  ]);
  if (random.chance(60)) return { method: random.pick(mostly), path: `/OS-EP-FILTER/${of}` };
  const list = random.pick([
    `endpoints/${endpoint}/projects`,
    `projects/${project}/endpoints`,
    `projects/${project}/endpoint_groups`,
    `endpoint_groups/${group}/endpoints`,
    `endpoint_groups/${group}/projects`,
  ]);
  return { method: 'GET', path: `/OS-EP-FILTER/${list}` };
}

function inferences(): Call {
  return { method: 'GET', path: '/role_inferences' };
}

function limitModel(): Call {
  return { method: 'GET', path: '/limits/model' };
}
