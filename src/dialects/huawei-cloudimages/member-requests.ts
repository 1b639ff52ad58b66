import type { Request } from 'express';
import type { ParamSchema } from 'express-validator';
import type { MemberStatus } from '../../core/image';
import { modelLimits } from '../../core/limits';
import { HttpFault } from '../../http/errors';
import { requestReader, type ValidatedFields } from '../../http/request-reader';
import { validationError, optionalRule, throwInvalidRequest } from '../../http/schema-parts';
import { type RequestReader, uuidPattern } from '../huawei-ims/requests';

/** Every image is shared with every project, one after the other. */
export const maxSharings = 1000;

export interface SharingDecision {
  readonly imageIds: readonly string[];
  readonly projectId: string;
  readonly status: Extract<MemberStatus, 'accepted' | 'rejected'>;
}

/** Whom images are shared with: projects, accounts and organizations. */
export interface SharingReceivers {
  readonly imageIds: readonly string[];
  readonly projects: readonly string[];
  readonly domains: readonly string[];
  readonly organizations: readonly string[];
}

/** The vendor's form of the URN of an organization, or of a unit of one. */
const urn = /^organizations:[0-9A-Za-z:/_-]{1,200}$/;
const domainId = /^[0-9A-Za-z_-]{1,64}$/;

export function isOrganization(memberId: string): boolean {
  return urn.test(memberId);
}

type IsOne = (entry: string) => boolean;

function listOf(name: string, code: string, noun: string, isOne: IsOne, least = 1): ParamSchema {
  const most = modelLimits.batchEntries;
  return {
    in: ['body'],
    isArray: {
      options: { min: least, max: most },
      bail: true,
      ...validationError(
        'IMG.0001',
        `"${name}" must be a list of ${String(least)} to ${String(most)} strings.`,
      ),
    },
    custom: {
      options: (list: unknown[]) => list.every((entry) => typeof entry === 'string' && isOne(entry)),
      ...validationError(code, `Every entry of "${name}" must be ${noun}.`),
    },
  };
}

const images = listOf('images', 'IMG.0066', 'the UUID of an image', (entry) => uuidPattern.test(entry));

const domains = {
  ...listOf('domains', 'IMG.0108', 'the id of an account', (one) => domainId.test(one), 0),
  optional: optionalRule,
};
const organizations = {
  ...listOf('organizations', 'IMG.0108', 'the URN of an organization', isOrganization, 0),
  optional: optionalRule,
};

/** `projects` may be absent where another kind of receiver is given. @throws HttpFault invalid-request (from the reader) */
export function sharingReader(isProjectId: IsOne): RequestReader<SharingReceivers> {
  const projects = {
    ...listOf('projects', 'IMG.0067', 'the id of a project', isProjectId, 0),
    optional: optionalRule,
  };
  return requestReader({ images, projects, domains, organizations }, (seen): SharingReceivers => {
    const receivers = {
      imageIds: distinct(seen, 'images'),
      projects: distinct(seen, 'projects'),
      domains: distinct(seen, 'domains'),
      organizations: distinct(seen, 'organizations'),
    };
    const count = receivers.projects.length + receivers.domains.length + receivers.organizations.length;
    if (count > 0) return receivers;
    return throwInvalidRequest(
      'projects',
      'IMG.0001',
      'At least one of projects, domains and organizations must be given.',
    );
  });
}

const status: ParamSchema = {
  in: ['body'],
  isString: { bail: true, ...validationError('IMG.0001', '"status" must be "accepted" or "rejected".') },
  isIn: {
    options: [['accepted', 'rejected']],
    ...validationError('IMG.0001', '"status" must be "accepted" or "rejected".'),
  },
};

/** @throws HttpFault invalid-request (from the reader) */
export function sharingDecisionReader(isProjectId: IsOne): RequestReader<SharingDecision> {
  const projectId: ParamSchema = {
    in: ['body'],
    isString: { bail: true, ...validationError('IMG.0067', '"project_id" must be a string.') },
    custom: {
      options: (value: string) => isProjectId(value),
      ...validationError('IMG.0067', '"project_id" must be the id of a project.'),
    },
  };
  return requestReader({ images, project_id: projectId, status }, (seen) => ({
    imageIds: distinct(seen, 'images'),
    projectId: String(seen['project_id']),
    status: seen['status'] === 'accepted' ? 'accepted' : 'rejected',
  }));
}

function distinct(seen: ValidatedFields, name: string): string[] {
  return [...new Set((seen[name] ?? []) as string[])];
}

/** Which members of an image are shown. */
export interface MemberPageQuery {
  readonly limit: number;
  /** The project behind which the page starts; null: with the first. */
  readonly after: string | null;
}

const pageSize = { usual: 500, largest: 1000 };

/** `marker` is what the page before gave as `next_marker`. @throws HttpFault invalid-request */
export function readMemberPageQuery({ target }: Request): MemberPageQuery {
  if (!target.queryIsText) throw new HttpFault({ kind: 'target-not-text', where: 'query' });
  const asked = new Map(target.query.map(({ name, value }) => [name, value]));
  const text = asked.get('limit') || String(pageSize.usual);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > pageSize.largest) {
    throwInvalidRequest(
      'limit',
      'IMG.0001',
      `"limit" must be a whole number from 1 to ${String(pageSize.largest)}.`,
    );
  }
  const marker = asked.get('marker') || null;
  return { limit, after: marker === null ? null : Buffer.from(marker, 'base64').toString('utf8') };
}

/** Documented as base64. */
export function encodeMemberMarker(memberId: string): string {
  return Buffer.from(memberId, 'utf8').toString('base64');
}
