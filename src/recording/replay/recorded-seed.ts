import { randomBytes } from 'node:crypto';
import type { Seed } from '../../seed/seed-file';
import type { Exchange } from '../exchange';
import { type RecordedCallers, findCallers, type RecordedLogin } from './callers';
import { bodyAsJson, listOrEmpty, jsonMemberAt, textOrNull } from './json';

const hexId = /^[0-9a-f]{32}$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The user of tokens and keys whose owner a recording does not show. */
export const unknownCallerName = 'recorded-caller';

/** Roles that every Tagway knows, from the strongest. */
const knownRoles = ['admin', 'member', 'reader'] as const;

/**
 * What was there before the first exchange, as far as a recording shows it: its projects, users and images. Passwords and
 * keys are new ones.
 */
export function seedFromExchanges(exchanges: readonly Exchange[]): Seed {
  return new SeedBuilder(exchanges).build();
}

class SeedBuilder {
  private readonly secrets = new Map<string, string>();
  private readonly projects = new Map<string, string>();
  private readonly callers: RecordedCallers;
  private readonly images: Seed['images'];

  constructor(exchanges: readonly Exchange[]) {
    this.callers = findCallers(exchanges);
    this.images = earlierImages(exchanges);
  }

  build(): Seed {
    for (const { project } of this.callers.logins) {
      if (project && hexId.test(project.id)) this.projects.set(project.id, project.name);
    }
    const strangers = [...this.callers.tokens, ...this.callers.keys];
    const owners = [
      ...strangers.map(({ projectId }) => projectId),
      ...this.images.map((image) => image.project),
    ];
    for (const id of owners)
      if (id !== null && hexId.test(id) && !this.projects.has(id)) this.projects.set(id, id);
    if (this.projects.size === 0) this.projects.set(randomBytes(16).toString('hex'), 'recorded');
    return {
      projects: [...this.projects].map(([id, name]) => ({ id, name })),
      users: [...this.users(), ...this.strangers()],
      accessKeys: this.callers.keys.map(({ projectId }) => ({
        access: secret(20).toUpperCase(),
        secret: secret(40),
        user: unknownCallerName,
        project: this.projectOr(projectId),
        allProjects: true,
      })),
      applicationCredentials: this.credentials(),
      images: this.images.filter(({ project }) => this.projects.has(project)),
    };
  }

  private users(): Seed['users'] {
    const logins = this.callers.logins.filter(({ password, credential }) => password ?? credential);
    return [...new Set(logins.map(({ user }) => user.name))].map((name) => {
      const own = this.callers.logins.filter(({ user }) => user.name === name);
      const password = own.find((login) => login.password !== null)?.password;
      const id = own[0]?.user.id ?? '';
      return {
        ...(hexId.test(id) && { id }),
        name,
        password: password == null ? secret(20) : this.secretFor(password, 20),
        roles: rolesOf(own),
      };
    });
  }

  private strangers(): Seed['users'] {
    const { tokens, keys } = this.callers;
    if (tokens.length + keys.length === 0) return [];
    const projects = [...tokens, ...keys].map(({ projectId }) => this.projectOr(projectId));
    const roles = Object.fromEntries(projects.map((project) => [project, ['member']]));
    return [{ name: unknownCallerName, password: secret(20), roles }];
  }

  private credentials(): Seed['applicationCredentials'] {
    const made = new Map<string, Seed['applicationCredentials'][number]>();
    for (const { credential, user, project, roles } of this.callers.logins) {
      if (!credential || !project) continue;
      const { id, name } = credential;
      made.set(id ?? name, {
        ...(id !== null && hexId.test(id) && { id }),
        name,
        secret: this.secretFor(credential.secret, 40),
        user: user.name,
        project: project.id,
        roles: strongest(roles),
      });
    }
    return [...made.values()];
  }

  /** The first one for a caller of whom nothing is known. */
  private projectOr(id: string | null): string {
    return id !== null && this.projects.has(id) ? id : (this.projects.keys().next().value ?? '');
  }

  /** Two that have the same in the recording have the same here. */
  private secretFor(placeholder: string, length: number): string {
    const made = this.secrets.get(placeholder) ?? secret(length);
    this.secrets.set(placeholder, made);
    return made;
  }
}

function rolesOf(logins: readonly RecordedLogin[]): Seed['users'][number]['roles'] {
  const byProject = logins.flatMap(({ project, roles }) =>
    project && hexId.test(project.id) ? [[project.id, strongest(roles)] as const] : [],
  );
  return Object.fromEntries(byProject);
}

/** The others follow from it. A cloud's own roles are unknown here: their holders are members. */
function strongest(roles: readonly string[]): string[] {
  return [knownRoles.find((role) => roles.includes(role)) ?? 'member'];
}

/** Images that answers show, and that are older than the recording. */
function earlierImages(exchanges: readonly Exchange[]): Seed['images'] {
  const began = exchanges[0]?.at ?? '';
  const found = new Map<string, Seed['images'][number] | null>();
  for (const { request, response } of exchanges) {
    const body = bodyAsJson(response);
    const shown = 'images' in body ? listOrEmpty(body['images']) : [body];
    for (const image of shown) {
      const id = textOrNull(jsonMemberAt(image, 'id'));
      if (id === null || !uuid.test(id) || found.has(id)) continue;
      const created = textOrNull(jsonMemberAt(image, 'created_at')) ?? '';
      const isMade = request.method === 'POST' || created.slice(0, 19) > began.slice(0, 19);
      found.set(id, isMade ? null : seedImage(id, image));
    }
  }
  return [...found.values()].filter((image) => image !== null);
}

const visibilities = ['public', 'private', 'shared', 'community'] as const;

function seedImage(id: string, image: unknown): Seed['images'][number] | null {
  const visibility = visibilities.find((each) => each === jsonMemberAt(image, 'visibility'));
  const project = textOrNull(jsonMemberAt(image, 'owner'));
  if (visibility === undefined || project === null) return null;
  return {
    id,
    name: textOrNull(jsonMemberAt(image, 'name')) ?? 'unnamed',
    project,
    visibility,
    tags: listOrEmpty(jsonMemberAt(image, 'tags')).flatMap((tag) => textOrNull(tag) ?? []),
  };
}

/** Hexadecimal: no special characters for shells or settings files. */
function secret(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}
