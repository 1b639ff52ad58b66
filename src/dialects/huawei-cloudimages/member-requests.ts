import type { ParamSchema } from 'express-validator';
import type { MemberStatus } from '../../core/image';
import type { Sharing } from '../../core/job-service';
import { limits } from '../../core/limits';
import { isProjectId } from '../../core/project-id';
import { requestReader, type Seen } from '../../http/request-reader';
import { issue, refuseRequest } from '../../http/schema-parts';
import { uuid } from './requests';

/** Every image is shared with every project, one after the other. */
const mostPairs = 1000;

export interface SharingAnswer {
  readonly imageIds: readonly string[];
  readonly projectId: string;
  readonly status: Extract<MemberStatus, 'accepted' | 'rejected'>;
}

function listOf(name: string, code: string, isOne: (entry: string) => boolean): ParamSchema {
  const most = limits.batchEntries;
  return {
    in: ['body'],
    isArray: {
      options: { min: 1, max: most },
      bail: true,
      ...issue('IMG.0001', `"${name}" must be a list of 1 to ${String(most)} strings.`),
    },
    custom: {
      options: (list: unknown[]) => list.every((entry) => typeof entry === 'string' && isOne(entry)),
      ...issue(code, `An entry of "${name}" is none.`),
    },
  };
}

const images = listOf('images', 'IMG.0066', (entry) => uuid.test(entry));

/** @throws HttpFault invalid-request (from the reader) */
export const readSharing = requestReader(
  { images, projects: listOf('projects', 'IMG.0067', isProjectId) },
  (seen): Sharing => {
    const sharing = { imageIds: distinct(seen, 'images'), memberIds: distinct(seen, 'projects') };
    if (sharing.imageIds.length * sharing.memberIds.length <= mostPairs) return sharing;
    return refuseRequest('projects', 'IMG.0001', `At most ${String(mostPairs)} shares are made at once.`);
  },
);

/** @throws HttpFault invalid-request (from the reader) */
export const readSharingAnswer = requestReader(
  {
    images,
    project_id: {
      in: ['body'],
      isString: { bail: true, ...issue('IMG.0067', 'It must be a string.') },
      custom: { options: (value: string) => isProjectId(value), ...issue('IMG.0067', 'It is none.') },
    },
    status: {
      in: ['body'],
      isString: { bail: true, ...issue('IMG.0001', '"status" must be "accepted" or "rejected".') },
      isIn: {
        options: [['accepted', 'rejected']],
        ...issue('IMG.0001', '"status" must be "accepted" or "rejected".'),
      },
    },
  },
  (seen): SharingAnswer => ({
    imageIds: distinct(seen, 'images'),
    projectId: String(seen['project_id']),
    status: seen['status'] === 'accepted' ? 'accepted' : 'rejected',
  }),
);

function distinct(seen: Seen, name: string): string[] {
  return [...new Set(seen[name] as string[])];
}
