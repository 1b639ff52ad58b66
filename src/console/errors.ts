import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { refusalAnswer, type RefusalAnswers, type SearchRefusal } from '../core/errors';
import type { RequestFault, ValidationIssue } from '../http/errors';
import { createErrorRenderer } from '../http/renderer';

interface Answer {
  readonly status: number;
  readonly message: string;
}

/** `{ "error": { "code", "title", "message" } }` */
export const renderError: ErrorRequestHandler = createErrorRenderer<Answer>({
  faultAnswer,
  refusalAnswer: (error) => refusalAnswer(refusals, error),
  unavailable: () => ({ status: 503, message: 'The database does not answer; try again.' }),
  unexpected: { status: 500, message: 'Something unexpected went wrong; see the log.' },
  write: ({ status, message }, _req, res) => {
    // A scheme unknown to browsers, which would otherwise prompt for a password.
    if (status === 401) res.set('WWW-Authenticate', 'X-Auth-Token');
    res.status(status).json({ error: { code: status, title: STATUS_CODES[status] ?? 'Error', message } });
  },
});

const roleMissing: Answer = { status: 403, message: 'This needs a project and a role that reads images.' };

/** Everything here concerns the caller's own project, so only the role can be missing. */
const refusals: RefusalAnswers<SearchRefusal, Answer> = {
  'not-allowed': () => roleMissing,
  'search-too-wide': ({ limit }) => ({
    status: 400,
    message: `This search would read more than ${String(limit)} images: name a tag, a name or an id.`,
  }),
};

function faultAnswer(fault: RequestFault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return { status: 401, message: `A token is needed (${fault.fact}).` };
    case 'method-not-allowed':
      return { status: 405, message: 'This can only be read.' };
    case 'rate-limited':
      return { status: 429, message: 'Too many requests; try again.' };
    case 'invalid-request':
      return { status: 400, message: issueText(fault.issues) };
    case 'target-not-text':
      return { status: 400, message: 'The query must be text.' };
    case 'route-not-found':
    case 'method-unknown':
      return { status: 404, message: 'There is nothing under this path.' };
    case 'body-empty':
    case 'body-malformed':
    case 'body-too-large':
    case 'body-encoding':
    case 'body-cut-off':
      return { status: 400, message: 'Send the request without a body.' };
    case 'injected':
      return { status: fault.status, message: '' };
  }
}

function issueText(issues: readonly ValidationIssue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `“${path}” ${message}.`)).join(' ');
}
