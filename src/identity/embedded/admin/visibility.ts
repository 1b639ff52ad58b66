import {
  type Attributes,
  type DirectoryEntity,
  type EntityKind,
  type EntityStore,
  textAttribute,
} from '../../entity-ports';
import { type CallerWithToken, tokenDomainId, isAdmin, type PolicyTarget } from './caller-with-token';

/** What policies look at when a call is about this entity. */
export async function findPolicyTarget(
  store: Pick<EntityStore, 'find'>,
  kind: EntityKind,
  entity: DirectoryEntity | undefined,
): Promise<PolicyTarget> {
  if (!entity) return {};
  if (kind !== 'limit') return { [kind]: entity };
  const [place, id] =
    typeof entity['project_id'] === 'string'
      ? (['project', entity['project_id']] as const)
      : (['domain', textAttribute(entity['domain_id'])] as const);
  return { limited: await store.find(place, id) };
}

/** A token for a domain lists what its domain owns; most tokens list only the limits of their own project or domain. */
export async function listVisibleEntities(
  asker: CallerWithToken,
  store: Pick<EntityStore, 'list'>,
  kind: EntityKind,
  where: Attributes,
): Promise<readonly DirectoryEntity[]> {
  const domain = tokenDomainId(asker);
  if (kind === 'limit') return (await limitsOf(asker, store)) ?? store.list(kind, where);
  if (domain === undefined || !inDomains.includes(kind)) return store.list(kind, where);
  return store.list(kind, { ...where, ...(kind === 'domain' ? { id: domain } : { domain_id: domain }) });
}

const inDomains: readonly EntityKind[] = ['domain', 'project', 'user', 'group'];

/** undefined: all */
async function limitsOf(
  asker: CallerWithToken,
  store: Pick<EntityStore, 'list'>,
): Promise<readonly DirectoryEntity[] | undefined> {
  const { scope, projectId, roles } = asker.caller;
  const domain = tokenDomainId(asker);
  if (scope === 'system' || isAdmin(asker) || roles.includes('service')) return undefined;
  if (domain === undefined) return projectId === null ? [] : store.list('limit', { project_id: projectId });
  const projects = (await store.list('project', { domain_id: domain })).map(({ id }) => id);
  return (await store.list('limit', {})).filter(
    ({ project_id: project, domain_id: own }) => own === domain || projects.includes(textAttribute(project)),
  );
}
