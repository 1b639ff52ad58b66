import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock';
import { LookupCache } from './lookup-cache';
import type { Role, RoleFacts, RoleRef, RoleStore } from './role-ports';
import { withImpliedRoles } from './roles';

/** The id of a role that was given none: the same on every gateway. */
export function defaultRoleId(name: string): string {
  return createHash('sha256').update(`tagway role ${name}`).digest('hex').slice(0, 32);
}

interface Graph {
  readonly byId: ReadonlyMap<string, Role>;
  /** Those that count everywhere. */
  readonly byName: ReadonlyMap<string, Role>;
  readonly implied: ReadonlyMap<string, readonly string[]>;
}

const key = 'roles';

/** The roles and what they imply, kept for some seconds: every token that is looked up needs them. */
export class RoleGraph {
  private readonly cache: LookupCache<Graph>;

  constructor(
    private readonly store: RoleStore,
    private readonly clock: Clock,
    seconds: number,
  ) {
    this.cache = new LookupCache(clock, 1, seconds);
  }

  clear(): void {
    this.cache.clear();
  }

  /** The roles and all that they imply, each once, by name; a domain's own roles count only for what they imply. */
  async expand(held: readonly RoleRef[]): Promise<readonly Role[]> {
    return expandIn(await this.graph(), held);
  }

  /** As expand, for many at once. */
  async expander(): Promise<(held: readonly RoleRef[]) => readonly Role[]> {
    const graph = await this.graph();
    return (held) => expandIn(graph, held);
  }

  private async graph(): Promise<Graph> {
    const known = this.cache.get(key, this.clock.now());
    return known ?? (await this.cache.load(key, async () => graphOf(await this.store.roleFacts()))) ?? empty;
  }
}

const empty: Graph = { byId: new Map(), byName: new Map(), implied: new Map() };

function graphOf({ roles, implied }: RoleFacts): Graph {
  const edges = new Map<string, string[]>();
  for (const [prior, other] of implied) edges.set(prior, [...(edges.get(prior) ?? []), other]);
  const everywhere = roles.filter(({ domainId }) => domainId === null);
  return {
    byId: new Map(roles.map((role) => [role.id, role])),
    byName: new Map(everywhere.map((role) => [role.name, role])),
    implied: edges,
  };
}

function expandIn(graph: Graph, held: readonly RoleRef[]): readonly Role[] {
  const found = new Map<string, Role>();
  const queue = held.flatMap((ref) => roleOf(graph, ref) ?? []);
  for (let role = queue.pop(); role; role = queue.pop()) {
    if (found.has(role.id)) continue;
    found.set(role.id, role);
    const implied = graph.implied.get(role.id) ?? [];
    queue.push(...implied.flatMap((id) => graph.byId.get(id) ?? []));
  }
  const counting = [...found.values()].filter(({ domainId }) => domainId === null);
  return counting.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A build older than this table may have assigned a role that is not in it. */
function roleOf(graph: Graph, ref: RoleRef): Role | undefined {
  if ('id' in ref) return graph.byId.get(ref.id);
  return graph.byName.get(ref.name) ?? { id: defaultRoleId(ref.name), name: ref.name, domainId: null };
}

/** For roles whose names another service has looked up: with those that Keystone's own roles imply. */
export const staticRoleGraph: Pick<RoleGraph, 'expander'> = {
  expander: () =>
    Promise.resolve((held) =>
      withImpliedRoles(held.flatMap((ref) => ('name' in ref ? [ref.name] : []))).map((name) => ({
        id: defaultRoleId(name),
        name,
        domainId: null,
      })),
    ),
};
