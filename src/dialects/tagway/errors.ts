import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import {
  type AccessRefusal,
  type StaleListRefusal,
  refusalAnswer,
  type RefusalAnswers,
  type SearchRefusal,
  type TagFault,
  type TagRefusal,
} from '../../core/errors';
import { type HistoryRefusal, HistoryRefused } from '../../core/history';
import { type WebhookRefusal, WebhookRefused, type WebhookUrlFault } from '../../core/webhook';
import type { RequestFault, ValidationIssue } from '../../http/errors';
import { sendServiceUnavailable } from '../../http/load-shedding';
import { requestIdFor } from '../../http/middleware';
import { createErrorRenderer } from '../../http/renderer';
import type { AuthFault } from '../../identity/errors';
import { type Problem, problemBody } from './problems';

const mediaType = 'application/problem+json';

/** Errors of this surface alone; thrown by its own operations. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.name);
  }
}

export const renderError: ErrorRequestHandler = createErrorRenderer<{ readonly status: number }>({
  faultAnswer: (fault) => problemBody(faultProblem(fault)),
  refusalAnswer: (error) => {
    const problem = problemOf(error);
    return problem && problemBody(problem);
  },
  unavailable: () => problemBody({ name: 'unavailable' }),
  unexpected: problemBody({ name: 'unknown' }),
  write: (body, _req, res) => {
    if (body.status === 401) res.set('WWW-Authenticate', 'Bearer realm="tagway"');
    res.status(body.status).set('Content-Type', mediaType);
    res.end(JSON.stringify(body));
  },
});

/** The same answer for what is refused before Express has seen it. */
export function rejectOverloaded(req: IncomingMessage, res: ServerResponse): void {
  const headers = { 'X-Request-Id': requestIdFor(req), 'Content-Type': mediaType };
  sendServiceUnavailable(res, headers, JSON.stringify(problemBody({ name: 'unavailable' })));
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof HistoryRefused) return historyProblem(error.refusal);
  if (error instanceof WebhookRefused) return webhookProblem(error.refusal);
  return refusalAnswer(refusals, error);
}

function faultProblem(fault: RequestFault): Problem {
  switch (fault.kind) {
    case 'unauthenticated':
      return { name: 'unauthenticated', detail: authWords[fault.fact] };
    case 'route-not-found':
    case 'method-unknown':
      return { name: 'not-found', detail: 'The page /docs/api/tagway lists every operation.' };
    case 'method-not-allowed':
      return { name: 'method-not-allowed', detail: `The path takes ${fault.allow.join(', ')}.` };
    case 'target-not-text':
      return invalid(fault.where, '', 'It is not UTF-8 text.');
    case 'body-empty':
      return invalid('body', '', 'The body is missing: send JSON.');
    case 'body-malformed':
      return invalid('body', '', `It is not JSON: ${fault.detail}`);
    case 'body-too-large':
      return { name: 'body-too-large', detail: `At most ${String(fault.limit)} bytes are taken.` };
    case 'body-encoding':
      return invalid('header', '/content-encoding', 'A content encoding is not taken.');
    case 'body-cut-off':
      return invalid('body', '', 'It ended before its length.');
    case 'rate-limited':
      return { name: 'rate-limited' };
    case 'injected':
      return { name: 'injected', status: fault.status };
    case 'invalid-request':
      return { name: 'invalid-request', members: { errors: fault.issues.map(entryOf) } };
  }
}

/** An issue's `path` is a JSON pointer here, its `code` where that points into. */
function entryOf({ path, code, message }: ValidationIssue): object {
  return { in: code, pointer: path, detail: message };
}

function invalid(where: string, pointer: string, detail: string): Problem {
  return { name: 'invalid-request', members: { errors: [{ in: where, pointer, detail }] } };
}

const authWords: Readonly<Record<AuthFault, string>> = {
  missing: 'There is neither a token nor a signature.',
  'foreign-site': 'The request comes from another site, or names another host.',
  'token-invalid': 'The token is not one of ours, or was revoked.',
  'rule-missing': 'No access rule of the application credential permits this request.',
  'token-expired': 'The token has expired.',
  'signature-malformed': 'The Authorization header is not that of a signed request.',
  'signature-wrong': 'The signature does not fit the request.',
  'signature-expired': 'The request was signed too long ago, or too far ahead.',
  'key-unknown': 'There is no such access key.',
  'signed-body-too-large': 'A signature covers no body of more than 12 MiB.',
  'not-in-project': 'The user has no role in that project.',
};

function historyProblem(refusal: HistoryRefusal): Problem {
  switch (refusal.kind) {
    case 'history-expired':
      return { name: 'history-expired', members: { oldest_revision: refusal.oldest } };
    case 'revision-not-found':
      return { name: 'revision-not-found', members: { revision: refusal.revision } };
  }
}

function webhookProblem(refusal: WebhookRefusal): Problem {
  switch (refusal.kind) {
    case 'webhook-not-found':
      return { name: 'webhook-not-found', members: { webhook: refusal.webhookId } };
    case 'webhook-limit-reached':
      return { name: 'webhook-limit-reached', members: { limit: refusal.limit } };
    case 'webhook-url':
      return invalid('body', '/url', urlWords[refusal.fault]);
  }
}

const urlWords: Readonly<Record<WebhookUrlFault, string>> = {
  malformed: 'It is not a URL.',
  scheme: 'It must begin with https://.',
  credentials: 'It must not hold a user name or a password.',
  fragment: 'It must not have a fragment.',
  address: 'Webhooks may not reach this address.',
};

const refusals: RefusalAnswers<AccessRefusal | TagRefusal | StaleListRefusal | SearchRefusal, Problem> = {
  'image-not-found': ({ imageId }) => ({ name: 'image-not-found', members: { image: imageId } }),
  'image-not-readable': () => ({
    name: 'not-allowed',
    detail: 'The role of the caller does not allow to read images.',
  }),
  'not-allowed': ({ because }) => ({ name: 'not-allowed', detail: allowWords[because] }),
  'tag-not-found': ({ tag }) => ({ name: 'tag-not-found', members: { tag } }),
  'tag-limit-reached': ({ attempted, limit }) => ({
    name: 'tag-limit-reached',
    members: { attempted, limit },
  }),
  'tag-invalid': ({ fault, tag }) => ({ name: 'tag-invalid', detail: tagWords[fault], members: { tag } }),
  'changed-meanwhile': ({ revision }) => ({
    name: 'changed-meanwhile',
    members: { current_revision: revision, changes: [] },
  }),
  'stale-list': ({ revision, shownRevision }) => ({
    name: 'stale-list',
    members: { current_revision: revision, shown_revision: shownRevision, changes: [] },
  }),
  'guard-required': ({ imageId }) => ({ name: 'guard-required', members: { image: imageId } }),
  'search-too-wide': ({ limit }) => ({
    name: 'invalid-request',
    detail: `More than ${String(limit)} images would be read.`,
  }),
};

const allowWords = {
  owner: 'The image belongs to another project.',
  role: 'The role of the caller is not enough.',
} as const;

const tagWords: Readonly<Record<TagFault, string>> = {
  'too-long': 'It is longer than 255 characters.',
  'not-text': 'It holds NUL or half a surrogate pair.',
  'key-blank': 'Its key is empty.',
  'key-too-long': 'Its key is too long.',
  'key-characters': 'Its key has a character that is not allowed.',
  'value-too-long': 'Its value is too long.',
  'value-characters': 'Its value has a character that is not allowed.',
};
