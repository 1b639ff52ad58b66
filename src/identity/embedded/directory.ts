import type { Clock } from '../../core/clock';
import { isProjectId } from '../../core/project-id';
import { type IdentityRefusal, IdentityRefused, type IdentityObjectKind } from '../errors';
import { isValidName, isUserId, newId } from '../ids';
import type { Passwords } from './passwords';
import type { DirectoryStore, Project, EntityRef, User } from '../ports';
import { defaultRoleId } from '../role-graph';
import { isRoleName } from '../roles';

export interface ProjectSeed {
  readonly id?: string | undefined;
  readonly name: string;
}

export interface UserSeed {
  readonly id?: string | undefined;
  readonly name: string;
  readonly password: string;
}

/** Projects, users and who has which role where, as operators arrange them. Every method throws IdentityRefused. */
export class Directory {
  constructor(
    private readonly store: DirectoryStore,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    private readonly changed: () => void,
    /** Ids that mean something else where a path names a project. */
    private readonly reservedIds: readonly string[] = [],
  ) {}

  async createProject(seed: ProjectSeed): Promise<Project> {
    const project = projectOf(seed, this.reservedIds);
    if (!(await this.store.insertProject(project, this.clock.now()))) throw taken('project', project.name);
    return project;
  }

  /** The existing project, or a new one. Given with an id, name and id must belong together. */
  async ensureProject(seed: ProjectSeed): Promise<Project> {
    const project = projectOf(seed, this.reservedIds);
    await this.store.insertProject(project, this.clock.now());
    const found = await this.store.findProject({ name: seed.name });
    if (!found || (seed.id !== undefined && found.id !== seed.id)) throw taken('project', seed.name);
    return found;
  }

  async createUser(seed: UserSeed): Promise<User> {
    const user = await this.userOf(seed);
    if (!(await this.store.insertUser(user, this.clock.now()))) throw taken('user', user.name);
    return { id: user.id, name: user.name, enabled: true };
  }

  /** The existing user, or a new one; another password is applied and ends the user's tokens. */
  async ensureUser(seed: UserSeed): Promise<User> {
    checkUser(seed);
    const found = await this.store.findUser({ name: seed.name });
    if (!found) {
      await this.store.insertUser(await this.userOf(seed), this.clock.now());
      // Another gateway may have been quicker: what is stored now counts.
      return this.ensureKept(seed);
    }
    return this.ensureKept(seed);
  }

  /** Whether a user of the default domain has this password now. */
  async hasPassword(name: string, password: string): Promise<boolean> {
    const found = await this.store.findUser({ name });
    return found !== undefined && this.passwords.verify(password, found.passwordHash);
  }

  async setPassword(userId: string, password: string): Promise<void> {
    checkPassword(password);
    const passwordHash = await this.passwords.hash(password);
    await this.change('user', userId, () => this.store.setPassword(userId, passwordHash));
  }

  /** Disabling ends the user's tokens and stops the access keys; enabling brings only the latter back. */
  async setUserEnabled(userId: string, enabled: boolean): Promise<void> {
    await this.change('user', userId, () => this.store.setUserEnabled(userId, enabled));
  }

  /** These roles and no others; none takes the user out of the project. */
  async setRoles(projectId: string, userId: string, roles: readonly string[]): Promise<void> {
    const wrong = roles.find((role) => !isRoleName(role));
    if (wrong !== undefined) throw invalid('role', 'name', wrong);
    const before = await this.store.rolesIn(projectId, userId);
    if (sameSet(before, roles)) return;
    const wanted = [...new Set(roles)].map((name) => ({ id: defaultRoleId(name), name }));
    await this.change('user', userId, () =>
      this.store.setRoles(projectId, userId, wanted, this.clock.now()).then(() => true),
    );
  }

  async findProject(ref: EntityRef): Promise<Project | undefined> {
    return this.store.findProject(ref);
  }

  /** By name or by id, as a person writes it; a name comes first. */
  async requireProject(nameOrId: string): Promise<Project> {
    const found =
      (await this.store.findProject({ name: nameOrId })) ?? (await this.store.findProject({ id: nameOrId }));
    if (!found) throw missing('project', nameOrId);
    return { id: found.id, name: found.name };
  }

  /** By name or by id. */
  async requireUser(nameOrId: string): Promise<User> {
    const found =
      (await this.store.findUser({ name: nameOrId })) ?? (await this.store.findUser({ id: nameOrId }));
    if (!found) throw missing('user', nameOrId);
    return { id: found.id, name: found.name, enabled: found.enabled };
  }

  private async ensureKept(seed: UserSeed): Promise<User> {
    const kept = await this.store.findUser({ name: seed.name });
    if (!kept || (seed.id !== undefined && kept.id !== seed.id)) throw taken('user', seed.name);
    if (!(await this.passwords.verify(seed.password, kept.passwordHash))) {
      await this.setPassword(kept.id, seed.password);
    }
    return { id: kept.id, name: kept.name, enabled: kept.enabled };
  }

  private async userOf(seed: UserSeed): Promise<{ id: string; name: string; passwordHash: string }> {
    checkUser(seed);
    const passwordHash = await this.passwords.hash(seed.password);
    return { id: seed.id ?? newId(), name: seed.name, passwordHash };
  }

  private async change(thing: IdentityObjectKind, id: string, step: () => Promise<boolean>): Promise<void> {
    try {
      if (await step()) return;
    } finally {
      this.changed();
    }
    throw missing(thing, id);
  }
}

function projectOf({ id, name }: ProjectSeed, reservedIds: readonly string[]): Project {
  if (!isValidName(name)) throw invalid('project', 'name', name);
  if (id !== undefined && (!isProjectId(id) || reservedIds.includes(id))) throw invalid('project', 'id', id);
  return { id: id ?? newId(), name };
}

function checkUser({ id, name, password }: UserSeed): void {
  if (!isValidName(name)) throw invalid('user', 'name', name);
  if (id !== undefined && !isUserId(id)) throw invalid('user', 'id', id);
  checkPassword(password);
}

function checkPassword(password: string): void {
  if (password === '') {
    throw new IdentityRefused(
      { kind: 'invalid', thing: 'user', field: 'password', fault: 'empty' },
      'a password must not be empty',
    );
  }
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(others);
  return some.length === set.size && some.every((one) => set.has(one));
}

function invalid(thing: IdentityObjectKind, field: string, text: string): IdentityRefused {
  const refusal: IdentityRefusal = { kind: 'invalid', thing, field, fault: 'form' };
  return new IdentityRefused(
    refusal,
    `"${text}" cannot be the ${field} of a ${thing}: ${forms[`${thing} ${field}`] ?? ''}`,
  );
}

const nameForm = 'it must hold 1 to 255 characters that can be seen';
const forms: Readonly<Record<string, string>> = {
  'project name': nameForm,
  'user name': nameForm,
  'role name': nameForm,
  'project id':
    'it must be 32 hex digits, or 1 to 64 letters, digits, "_" and "-", and no word of a path such as "images"',
  'user id': 'it must be 32 hex digits in lower case',
};

function taken(thing: IdentityObjectKind, name: string): IdentityRefused {
  return new IdentityRefused(
    { kind: 'exists', thing, name },
    `${thing} "${name}": its name or its id belongs to another`,
  );
}

function missing(thing: IdentityObjectKind, id: string): IdentityRefused {
  return new IdentityRefused({ kind: 'not-found', thing, id }, `there is no ${thing} "${id}"`);
}
