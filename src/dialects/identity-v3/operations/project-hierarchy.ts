import type { Request } from 'express';
import type { ProjectHierarchy } from '../../../identity/embedded/admin/project-hierarchy';
import type { DirectoryEntity } from '../../../identity/entity-ports';
import { invalidBody } from '../bodies';
import { requireCaller } from '../caller';
import { isQueryFlagTrue, queryParameter } from '../filters';

/** `parents` and `subtree` of a project that is shown, as its query asks. @throws HttpFault invalid-request */
export async function readProjectHierarchy(
  hierarchy: ProjectHierarchy,
  req: Request,
  project: DirectoryEntity,
  shown: (project: DirectoryEntity) => object,
): Promise<object> {
  const { userId } = requireCaller(req);
  const parents = wanted(req, 'parents');
  const subtree = wanted(req, 'subtree');
  const listed = (projects: readonly DirectoryEntity[]): object[] =>
    projects.map((one) => ({ project: shown(one) }));
  return {
    ...(parents === 'ids' && { parents: await hierarchy.parentsAsIds(project) }),
    ...(parents === 'list' && { parents: listed(await hierarchy.parentsOfUser(project, userId)) }),
    ...(subtree === 'ids' && { subtree: await hierarchy.subtreeAsIds(project) }),
    ...(subtree === 'list' && { subtree: listed(await hierarchy.subtreeOfUser(project, userId)) }),
  };
}

function wanted(req: Request, what: 'parents' | 'subtree'): 'ids' | 'list' | undefined {
  const [list, ids] = [`${what}_as_list`, `${what}_as_ids`];
  const isSet = (name: string): boolean => isQueryFlagTrue(queryParameter(req, name) ?? 'false');
  if (isSet(list) && isSet(ids))
    throw invalidBody(`Cannot use ${list} and ${ids} query params at the same time.`);
  if (isSet(list)) return 'list';
  return isSet(ids) ? 'ids' : undefined;
}
