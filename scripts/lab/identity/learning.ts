import type { Call, Scope, World } from './world';

/**
 * What the world has become by a call.
 * @param done both services did it
 */
export function learn(world: World, call: Call, done: boolean): void {
  if (!done) return;
  if (call.makes) learnMade(world, call, call.makes);
  if (call.ends !== undefined) world.end(call.ends);
  learnGrant(world, call);
  if (call.method === 'DELETE') learnLoss(world, call);
  learnPassword(world, call);
  learnDisabled(world, call);
  learnName(world, call);
}

function learnMade(world: World, { body }: Call, made: NonNullable<Call['makes']>): void {
  const { kind, handle, password, user, scope } = made;
  world.add(kind, handle);
  if (password !== undefined) world.password.set(handle, password);
  if (user !== undefined) world.owner.set(handle, { user, scope });
  const project = (body as { project?: { parent_id?: string; domain_id?: string } } | undefined)?.project;
  if (project) world.above.set(handle, project.parent_id ?? project.domain_id ?? '<domain-default>');
  const person = (body as { user?: { domain_id?: string } } | undefined)?.user;
  if (person) world.above.set(handle, person.domain_id ?? '<domain-default>');
}

const grantPath =
  /^(?:\/OS-INHERIT)?\/(?:(project|domain)s\/(<[^>]+>)|system)\/(?:user|group)s\/(<[^>]+>)\/roles\/(<[^>]+>)(\/inherited_to_projects)?$/;
const memberPath = /^\/groups\/(<[^>]+>)\/users\/(<[^>]+>)$/;

function learnGrant(world: World, { method, path }: Call): void {
  if (method !== 'PUT') return;
  world.joined.push(path);
  const [, group, user] = memberPath.exec(path) ?? [];
  if (group !== undefined && user !== undefined) world.members.push([group, user]);
  const [, prior, implied] = /^\/roles\/(<[^>]+>)\/implies\/(<[^>]+>)$/.exec(path) ?? [];
  if (prior !== undefined && implied !== undefined) world.implied.push([prior, implied]);
  const [, kind, id = '', actor, role = '', inherited] = grantPath.exec(path) ?? [];
  if (actor === undefined) return;
  world.given.push({ actor, scope: scopeOf(kind, id), role, inherited: inherited !== undefined });
}

/** Users who may have lost a role: their tokens are marked. */
function learnLoss(world: World, { path }: Call): void {
  const [, , , actor = ''] = grantPath.exec(path) ?? [];
  const [, , member] = memberPath.exec(path) ?? [];
  const [, role] = /^\/roles\/(<[^>]+>)$/.exec(path) ?? [];
  const [, group] = /^\/groups\/(<[^>]+>)$/.exec(path) ?? [];
  const losers = new Set([actor, member ?? '', ...membersOf(world, group ?? actor)]);
  for (const token of world.all('token')) {
    const user = world.owner.get(token)?.user ?? '';
    if (role !== undefined || losers.has(user)) world.lost.add(token);
  }
}

function membersOf(world: World, group: string): readonly string[] {
  return world.members.flatMap(([one, user]) => (one === group ? [user] : []));
}

function scopeOf(kind: string | undefined, id: string): Scope {
  if (kind === 'project') return { project: { id } };
  return kind === 'domain' ? { domain: { id } } : { system: { all: true } };
}

function learnName(world: World, { method, path, body, makes }: Call): void {
  const [, kind = makes?.kind ?? '', handle = makes?.handle ?? ''] =
    /^\/(domain|project|user|group|role)s\/(<[^>]+>)$/.exec(path) ?? [];
  if (method !== 'PATCH' && method !== 'POST') return;
  world.rename(handle, (body as Readonly<Record<string, { name?: unknown }>> | undefined)?.[kind]?.name);
}

function learnDisabled(world: World, { method, path, body }: Call): void {
  const [, kind = '', place = ''] = /^\/(domain|project)s\/(<[^>]+>)$/.exec(path) ?? [];
  const enabled = (body as Readonly<Record<string, { enabled?: unknown }>> | undefined)?.[kind]?.enabled;
  if (method !== 'PATCH' || typeof enabled !== 'boolean') return;
  if (enabled) world.disabled.delete(place);
  else world.disabled.add(place);
}

function learnPassword(world: World, { method, path, body }: Call): void {
  const changed = (body as { user?: { password?: unknown } } | undefined)?.user?.password;
  const [, user = ''] = /^\/users\/(<[^>]+>)(?:\/password)?$/.exec(path) ?? [];
  const changes = method === 'PATCH' || method === 'POST';
  if (typeof changed === 'string' && changes) world.password.set(user, changed);
}
