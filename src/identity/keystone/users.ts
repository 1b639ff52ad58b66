import type { Clock } from '../../core/clock';
import { Unavailable } from '../../core/errors';
import { IdentityRefused, type IdentityObjectKind } from '../errors';
import { type CacheStatistics, LookupCache } from '../lookup-cache';
import type { IdentityLog } from '../identity-log';
import type { KeystoneAnswer } from './client';
import { arrayOrEmpty, readProperty, readTextProperty } from './documents';
import type { KeystoneSession } from './session';
import type { Project, RoleGrant, User } from '../ports';

/** A user of Keystone, with every role in every enabled project. */
export interface KeystoneUser {
  readonly user: User;
  readonly grants: readonly RoleGrant[];
}

/** People kept at most. */
const cacheSize = 10_000;

/** Looks users up in Keystone, for access keys, which identify only the signer. */
export class KeystoneUsers {
  private readonly cache: LookupCache<KeystoneUser>;

  constructor(
    private readonly session: KeystoneSession,
    private readonly clock: Clock,
    private readonly log: IdentityLog,
    cacheSeconds: number,
  ) {
    this.cache = new LookupCache(clock, cacheSize, cacheSeconds);
  }

  cacheFacts(): CacheStatistics {
    return this.cache.facts('people');
  }

  /** undefined when Keystone has no such user; remembered for the cache time. @throws Unavailable */
  async find(userId: string): Promise<KeystoneUser | undefined> {
    return (
      this.cache.get(userId, this.clock.now()) ?? (await this.cache.load(userId, () => this.look(userId)))
    );
  }

  async rolesIn(projectId: string, userId: string): Promise<readonly string[]> {
    const person = await this.find(userId);
    const grants = (person?.grants ?? []).filter((grant) => grant.projectId === projectId);
    return grants.flatMap(({ role }) => ('name' in role ? [role.name] : []));
  }

  /** By id, or by name in the default domain. @throws IdentityRefused when it does not exist, Unavailable */
  async requireUser(nameOrId: string): Promise<User> {
    const [found] = await this.named('users', nameOrId);
    if (!found) throw missing('user', nameOrId);
    return userOf(found);
  }

  /** By id, or by name in the default domain. @throws IdentityRefused when it does not exist, Unavailable */
  async requireProject(nameOrId: string): Promise<Project> {
    const [found] = await this.named('projects', nameOrId);
    if (!found) throw missing('project', nameOrId);
    return { id: readTextProperty(found, 'id') ?? '', name: readTextProperty(found, 'name') ?? '' };
  }

  private async named(kind: 'users' | 'projects', nameOrId: string): Promise<readonly unknown[]> {
    const text = encodeURIComponent(nameOrId);
    const byId = await this.get(`/${kind}/${text}`);
    const one = readProperty(byId?.body, kind === 'users' ? 'user' : 'project');
    if (one !== undefined) return [one];
    return arrayOrEmpty(
      readProperty((await this.get(`/${kind}?name=${text}&domain_id=default`))?.body, kind),
    );
  }

  private async look(userId: string): Promise<KeystoneUser | undefined> {
    const id = encodeURIComponent(userId);
    const [user, projects, roles] = await Promise.all([
      this.get(`/users/${id}`),
      this.get(`/users/${id}/projects?enabled=true`),
      this.get(`/role_assignments?user.id=${id}&effective&include_names`),
    ]);
    const found = readProperty(user?.body, 'user');
    if (found === undefined) return undefined;
    const enabled = new Set(
      arrayOrEmpty(readProperty(projects?.body, 'projects')).map((one) => readTextProperty(one, 'id')),
    );
    const grants = arrayOrEmpty(readProperty(roles?.body, 'role_assignments')).flatMap(grantOf);
    return { user: userOf(found), grants: grants.filter(({ projectId }) => enabled.has(projectId)) };
  }

  /** undefined when it does not exist. @throws Unavailable, also when the service user lacks the right */
  private async get(path: string): Promise<KeystoneAnswer | undefined> {
    const answer = await this.session.call({ method: 'GET', path }, this.session.deadline());
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return answer;
    const message = `Keystone answered ${String(answer.status)} to the service user's question for users`;
    this.log.warn(message);
    throw new Unavailable(message, 'not-done');
  }
}

function userOf(user: unknown): User {
  const id = readTextProperty(user, 'id') ?? '';
  return { id, name: readTextProperty(user, 'name') ?? id, enabled: readProperty(user, 'enabled') === true };
}

function grantOf(assignment: unknown): RoleGrant[] {
  const projectId = readTextProperty(readProperty(readProperty(assignment, 'scope'), 'project'), 'id');
  const role = readTextProperty(readProperty(assignment, 'role'), 'name');
  return projectId === undefined || role === undefined ? [] : [{ projectId, role: { name: role } }];
}

function missing(thing: IdentityObjectKind, id: string): IdentityRefused {
  return new IdentityRefused({ kind: 'not-found', thing, id }, `Keystone has no ${thing} "${id}"`);
}
