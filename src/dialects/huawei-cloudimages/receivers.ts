import type { Sharing } from '../../core/job-service';
import { refuseRequest } from '../../http/schema-parts';
import type { DialectParts } from '../dialect';
import { mostPairs, type Receivers } from './member-requests';

/**
 * Accounts stand for the projects that they have now; where another service keeps the projects, none is known. An
 * organization is kept as a member under its own name, and no project belongs to it. @throws HttpFault invalid-request
 */
export async function receiversIn(
  { identity }: Pick<DialectParts, 'identity'>,
  { imageIds, projects, domains, organizations }: Receivers,
): Promise<Sharing> {
  const found = await Promise.all(
    domains.map(async (id) => ({ id, projects: (await identity?.places.inDomain(id)) ?? [] })),
  );
  const unknown = found.filter((domain) => domain.projects.length === 0).map(({ id }) => id);
  const members = new Set([...projects, ...found.flatMap((domain) => domain.projects), ...organizations]);
  if (imageIds.length * (members.size + unknown.length) > mostPairs) {
    refuseRequest('projects', 'IMG.0001', `At most ${String(mostPairs)} shares are made at once.`);
  }
  return { imageIds, memberIds: [...members], unknown };
}
