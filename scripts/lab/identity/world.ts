import type { Random } from './random';

/** What a token is for. */
export type Scope =
  | { readonly project: { readonly id: string } }
  | { readonly domain: { readonly id: string } }
  | { readonly system: { readonly all: true } };

/** A request to both services. `<project-3>` in it stands for the id that each of them gave to the third project. */
export interface Call {
  readonly method: string;
  /** Below /v3. */
  readonly path: string;
  readonly body?: unknown;
  /** Whose token: `<token-2>`; an admin's without. */
  readonly as?: string;
  /** The token that it is about: X-Subject-Token. */
  readonly subject?: string;
  /** What it makes if it is answered with 201. */
  readonly makes?: Made;
  /** What it deletes if it is answered with 204. */
  readonly ends?: string;
}

interface Made {
  readonly kind: string;
  readonly handle: string;
  /** With which it lets in. */
  readonly password?: string;
  /** Whose it is. */
  readonly user?: string;
  readonly scope?: Scope;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A role that was given. */
export interface Given {
  readonly actor: string;
  readonly scope: Scope;
  readonly role: string;
  readonly inherited: boolean;
}

export const passwords = ['first-secret', 'second-secret'] as const;
const unknownId = 'f'.repeat(32);

/** What is known to exist, and the draws that the next calls follow from. */
export class World {
  private readonly live = new Map<string, string[]>();
  private readonly ended: string[] = [];
  private readonly count = new Map<string, number>();
  readonly password = new Map<string, string>();
  /** Whose a token, an application credential or a pair of keys is, and what it is for. */
  readonly owner = new Map<string, { readonly user: string; readonly scope: Scope | undefined }>();
  /** Tokens whose user may have lost a role since. */
  readonly lost = new Set<string>();
  readonly given: Given[] = [];
  /** Domains and projects. */
  readonly disabled = new Set<string>();
  /** Paths of what was joined by PUT. */
  readonly joined: string[] = [];
  readonly members: (readonly [group: string, user: string])[] = [];
  readonly implied: (readonly [prior: string, implied: string])[] = [];
  /** Of what was made, the present one last. */
  readonly names = new Map<string, readonly string[]>();
  /** The first calls. */
  readonly opening: ((world: World) => Call)[];
  /** What a project or a user is in: its domain or its parent. */
  readonly above = new Map<string, string>();

  /** @param salt part of every name, so that runs and sequences do not meet */
  constructor(
    readonly random: Random,
    readonly salt: string,
    opening: readonly ((world: World) => Call)[] = [],
  ) {
    this.opening = [...opening];
    for (const kind of ['admin', 'manager', 'member', 'reader']) this.add('role', `<role-${kind}>`);
    this.add('domain', '<domain-default>');
    this.add('project', '<project-admin>');
    this.above.set('<project-admin>', '<domain-default>');
  }

  /** `<user-7>` */
  next(kind: string): string {
    const number = (this.count.get(kind) ?? 0) + 1;
    this.count.set(kind, number);
    return `<${kind}-${String(number)}>`;
  }

  add(kind: string, handle: string): void {
    this.live.set(kind, [...(this.live.get(kind) ?? []), handle]);
  }

  end(handle: string): void {
    for (const [kind, handles] of this.live) {
      if (!handles.includes(handle)) continue;
      const left = handles.filter((other) => other !== handle);
      this.live.set(kind, left);
      this.ended.push(handle);
    }
  }

  all(kind: string): readonly string[] {
    return this.live.get(kind) ?? [];
  }

  /** It is called that from now on. */
  rename(handle: string, name: unknown): void {
    if (typeof name !== 'string') return;
    this.names.set(handle, [...(this.names.get(handle) ?? []), name.replaceAll(this.salt, 'salt')]);
  }

  /** Nearly always one that exists; not one that both services brought with them, with `own`. */
  ref(kind: string, own = false): string {
    const known = this.all(kind).filter((handle) => !own || /\d>$/.test(handle));
    const gone = this.ended.filter((handle) => handle.startsWith(`<${kind}-`));
    if (gone.length > 0 && this.random.chance(5)) return this.random.pick(gone);
    if (known.length === 0 || this.random.chance(4)) return unknownId;
    return this.random.pick(known);
  }

  has(kind: string): boolean {
    return this.all(kind).some((handle) => /\d>$/.test(handle));
  }

  /** Out of few, so that some meet. */
  name(): string {
    return `${this.salt}-${this.random.pick(words)}${String(this.random.below(9))}`;
  }

  maybe(percent: number, member: string, value: () => unknown): Attributes {
    return this.random.chance(percent) ? { [member]: value() } : {};
  }

  /** A token of that user, or of any if there is none. */
  tokenOf(user: string): string {
    const all = this.all('token');
    const own = all.filter((token) => this.owner.get(token)?.user === user);
    return this.random.pick(own.length > 0 ? own : all);
  }

  /** Users who were given something, each with a place where it may let them in. */
  entrances(): readonly (readonly [user: string, scope: Scope])[] {
    return this.given.flatMap(({ actor, scope, inherited }) => {
      const users = this.usersOf(actor);
      const scopes = inherited ? this.below(scope) : [scope];
      return users.flatMap((user) => scopes.map((one) => [user, one] as const));
    });
  }

  /** The projects that a role was given to that user for. */
  reachedBy(user: string): readonly string[] {
    return this.entrances().flatMap(([who, scope]) =>
      who === user && 'project' in scope ? [scope.project.id] : [],
    );
  }

  /** Whether that user was given the role admin, or one that implies it, at any time. */
  mayBeAdmin(user: string): boolean {
    const implies = (role: string, seen: readonly string[]): boolean =>
      role === '<role-admin>' ||
      this.implied.some(
        ([prior, other]) => prior === role && !seen.includes(other) && implies(other, [...seen, other]),
      );
    return this.given.some(({ actor, role }) => this.usersOf(actor).includes(user) && implies(role, [role]));
  }

  /** Whether the user of that token, or what it is for, was deleted, or is disabled with its domain or by itself. */
  isGone(token: string): boolean {
    const { user = '', scope } = this.owner.get(token) ?? {};
    const place = scope === undefined || 'system' in scope ? '' : Object.values(scope)[0]?.id;
    const ended = (handle: string): boolean =>
      this.ended.includes(handle) ||
      this.disabled.has(handle) ||
      (this.above.has(handle) && ended(this.above.get(handle) ?? ''));
    return ended(user) || ended(place ?? '');
  }

  private usersOf(actor: string): readonly string[] {
    if (!actor.startsWith('<group')) return [actor];
    return this.members.flatMap(([group, user]) => (group === actor ? [user] : []));
  }

  private below(scope: Scope): readonly Scope[] {
    const place = 'project' in scope ? scope.project.id : 'domain' in scope ? scope.domain.id : '';
    return this.all('project')
      .filter((project) => this.isBelow(project, place))
      .map((id) => ({ project: { id } }));
  }

  /** At any depth. */
  private isBelow(project: string, place: string): boolean {
    const above = this.above.get(project);
    return above !== undefined && (above === place || this.isBelow(above, place));
  }
}

const words = ['red', 'Red', 'blue sky', 'grün', 'x_y'] as const;
