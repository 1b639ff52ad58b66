import type { SharingRequest } from '../../core/job-service';
import { throwInvalidRequest } from '../../http/schema-parts';
import type { DialectDeps } from '../dialect';
import { maxSharings, type SharingReceivers } from './member-requests';

/**
 * Accounts stand for the projects that they have now; where another service keeps the projects, none is known. An
 * organization is kept as a member under its own name, and no project belongs to it. @throws HttpFault invalid-request
 */
export async function resolveReceivers(
  { identity }: Pick<DialectDeps, 'identity'>,
  { imageIds, projects, domains, organizations }: SharingReceivers,
): Promise<SharingRequest> {
  const found = await Promise.all(
    domains.map(async (id) => ({ id, projects: (await identity?.places.inDomain(id)) ?? [] })),
  );
  const unknown = found.filter((domain) => domain.projects.length === 0).map(({ id }) => id);
  const members = new Set([...projects, ...found.flatMap((domain) => domain.projects), ...organizations]);
  if (imageIds.length * (members.size + unknown.length) > maxSharings) {
    throwInvalidRequest('projects', 'IMG.0001', `At most ${String(maxSharings)} shares are made at once.`);
  }
  return { imageIds, memberIds: [...members], unknown };
}
