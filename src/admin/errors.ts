import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { type SnapshotRefusal, SnapshotRefused } from '../core/snapshots';
import { requestBaseUrl } from '../http/context';
import type { RequestFault } from '../http/errors';
import { IdentityRefused } from '../identity/errors';
import { createErrorRenderer } from '../http/renderer';
import { maxFaults, TooManyFaults } from './faults';
import { NotReplayable } from './replay';
import { TokensIssuedElsewhere } from './tokens';

interface Answer {
  readonly status: number;
  readonly message: string;
}

/** The caller is authenticated but lacks the role. */
export class NotAdmin extends Error {
  override readonly name = 'NotAdmin';
  readonly refusal = { kind: 'not-admin' };
}

export class ProjectMissing extends Error {
  override readonly name = 'ProjectMissing';
  readonly refusal = { kind: 'project-missing' };
  constructor(id: string) {
    super(`There is no project with the id ${id}.`);
  }
}

/** `{ "error": { "code", "title", "message" } }` */
export function createErrorHandler(publicUrl: string | null): ErrorRequestHandler {
  return createErrorRenderer<Answer>({
    faultAnswer,
    refusalAnswer,
    unavailable: () => ({ status: 503, message: 'The database cannot be asked now; try again.' }),
    unexpected: { status: 500, message: 'Something unexpected went wrong; the log says what.' },
    write: ({ status, message }, req, res) => {
      if (status === 401) res.set('WWW-Authenticate', `Keystone uri="${requestBaseUrl(req, publicUrl)}/v3"`);
      res.status(status).json({ error: { code: status, title: STATUS_CODES[status] ?? 'Error', message } });
    },
  });
}

function refusalAnswer(error: unknown): Answer | undefined {
  if (error instanceof NotAdmin) return notAdmin;
  if (error instanceof ProjectMissing) return { status: 404, message: error.message };
  if (error instanceof IdentityRefused) {
    return { status: error.refusal.kind === 'invalid' ? 400 : 409, message: error.message };
  }
  if (error instanceof TooManyFaults) {
    return { status: 409, message: `There are ${String(maxFaults)} faults at most: lift some first.` };
  }
  if (error instanceof NotReplayable) {
    return { status: 409, message: 'Its body is not kept: it was data, too long, or too long ago.' };
  }
  if (error instanceof TokensIssuedElsewhere) {
    return { status: 409, message: 'Tokens are made by another service, as TAGWAY_IDENTITY says.' };
  }
  if (error instanceof SnapshotRefused) return snapshotAnswer(error.refusal);
  return undefined;
}

function snapshotAnswer(refusal: SnapshotRefusal): Answer {
  switch (refusal.kind) {
    case 'snapshot-missing':
      return { status: 404, message: `There is no snapshot ${refusal.id} here.` };
    case 'too-many-snapshots':
      return {
        status: 409,
        message: `There are ${String(refusal.limit)} snapshots already: delete one first.`,
      };
    case 'no-state-file':
      return {
        status: 409,
        message: 'State files are made with the embedded Postgres: use "tagway export".',
      };
    case 'state-too-large':
      return {
        status: 409,
        message: `It would have more than ${String(refusal.limit / 2 ** 20)} MiB, which cannot be opened: delete image data first.`,
      };
    case 'snapshot-image-taken':
      return { status: 409, message: 'An image of the snapshot is in another project now.' };
  }
}

const notAdmin: Answer = { status: 403, message: 'This needs the role admin.' };

function faultAnswer(fault: RequestFault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return { status: 401, message: `Credentials of an admin are needed (${fault.fact}).` };
    case 'route-not-found':
    case 'method-unknown':
      return { status: 404, message: 'There is nothing under this path: see /docs.' };
    case 'method-not-allowed':
      return { status: 405, message: `Only ${fault.allow.join(', ')} can be done here.` };
    case 'target-not-text':
      return { status: 400, message: `The ${fault.where} is not UTF-8 text.` };
    case 'body-empty':
    case 'body-malformed':
      return { status: 400, message: 'The body must be a JSON object.' };
    case 'body-too-large':
      return { status: 413, message: `The body is larger than ${String(fault.limit)} bytes.` };
    case 'body-encoding':
      return { status: 415, message: 'Send the body without a content encoding.' };
    case 'body-cut-off':
      return { status: 400, message: 'The body ended before its announced length.' };
    case 'rate-limited':
      return { status: 429, message: 'Too many requests; try again.' };
    case 'injected':
      return { status: fault.status, message: '' };
    case 'invalid-request':
      return {
        status: 400,
        message: fault.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
      };
  }
}
