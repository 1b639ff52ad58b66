import type { DirectoryEntity, Grant } from '../../entity-ports';

/** As it is shown: where it came from, too, when it was given elsewhere. */
export interface Assignment extends Grant {
  /** The group by which a user has it. */
  readonly groupId?: string;
  /** Where it is inherited from. */
  readonly from?: Grant['target'];
  /** The role that implies it. */
  readonly priorId?: string;
}

/** What is needed to expand grants, read once. */
export interface AssignmentExpansionData {
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly projects: readonly DirectoryEntity[];
  readonly implied: readonly (readonly [string, string])[];
  readonly roles: ReadonlyMap<string, DirectoryEntity>;
}

/** Groups as their members, inherited roles where they reach, and with what the roles imply. */
export function expandGrants(
  grants: readonly Assignment[],
  world: AssignmentExpansionData,
): readonly Assignment[] {
  const implied = new Set<string>();
  return grants
    .flatMap((grant) => ofMembers(grant, world))
    .flatMap((grant) => ofProjects(grant, world))
    .flatMap((grant) => withImplied(grant, world))
    .filter((one) => one.priorId === undefined || isFirst(implied, JSON.stringify(one)))
    .filter(({ roleId }) => (world.roles.get(roleId)?.['domain_id'] ?? null) === null);
}

/** What the same role implies by two ways counts once, as in Keystone. */
function isFirst(seen: Set<string>, one: string): boolean {
  const isNew = !seen.has(one);
  seen.add(one);
  return isNew;
}

function ofMembers(grant: Assignment, { members }: AssignmentExpansionData): Assignment[] {
  const { actor } = grant;
  if (actor.kind === 'user') return [grant];
  const users = members.get(actor.id) ?? [];
  return users.map((id) => ({ ...grant, actor: { kind: 'user', id }, groupId: actor.id }));
}

function ofProjects(grant: Assignment, { projects }: AssignmentExpansionData): Assignment[] {
  const { target, inherited } = grant;
  if (!inherited || target.kind === 'system') return [grant];
  const reached = projects.filter((project) =>
    target.kind === 'domain'
      ? project['domain_id'] === target.id
      : (project['ancestors'] as readonly unknown[]).includes(target.id),
  );
  return reached.map(({ id }) => ({ ...grant, target: { kind: 'project', id }, from: target }));
}

/** A role that two others imply counts twice, as in Keystone: each with the one that implies it. */
function withImplied(grant: Assignment, { implied }: AssignmentExpansionData): Assignment[] {
  const made: Assignment[] = [grant];
  const queue: Assignment[] = [grant];
  const seen = new Set<string>();
  for (let prior = queue.pop(); prior; prior = queue.pop()) {
    seen.add(`${prior.priorId ?? ''} ${prior.roleId}`);
    for (const [from, to] of implied) {
      if (from !== prior.roleId || seen.has(`${from} ${to}`)) continue;
      const further = { ...grant, roleId: to, priorId: from };
      made.push(further);
      queue.push(further);
    }
  }
  return made;
}
