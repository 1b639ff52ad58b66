import { STATUS_CODES } from 'node:http';
import { Refused, Unavailable } from '../core/errors';
import { type Fault, HttpFault, type Issue } from '../http/errors';
import { unlessBegun } from '../http/middleware';

type Answer = readonly [status: number, message: string];

/** `{ "error": { "code", "title", "message" } }`. What it cannot name is a 500, and goes to the log. */
export const renderError = unlessBegun((error, req, res) => {
  const named = answerTo(error);
  if (!named || error instanceof Unavailable) req.failure = error;
  const [status, message] = named ?? [500, 'Something unexpected went wrong; see the log.'];
  // No scheme that a browser knows: it would ask for a password by itself.
  if (status === 401) res.set('WWW-Authenticate', 'X-Auth-Token');
  if (status === 405) res.set('Allow', 'GET, HEAD');
  if (status === 503 || status === 429) res.set('Retry-After', '1');
  res.status(status).json({ error: { code: status, title: STATUS_CODES[status] ?? 'Error', message } });
});

function answerTo(error: unknown): Answer | undefined {
  if (error instanceof HttpFault) return faultAnswer(error.fault);
  // All that is asked here is about the caller's own project: nothing but the role can be missing.
  if (error instanceof Refused) return [403, 'This needs a project and a role that reads images.'];
  if (error instanceof Unavailable) return [503, 'The database does not answer; try again.'];
  return undefined;
}

function faultAnswer(fault: Fault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return [401, `A token is needed (${fault.fact}).`];
    case 'method-not-allowed':
      return [405, 'This can only be read.'];
    case 'rate-limited':
      return [429, 'Too many requests; try again.'];
    case 'invalid-request':
      return [400, issueText(fault.issues)];
    case 'target-not-text':
      return [400, 'The query must be text.'];
    case 'route-not-found':
    case 'method-unknown':
      return [404, 'There is nothing under this path.'];
    case 'body-empty':
    case 'body-malformed':
    case 'body-too-large':
    case 'body-encoding':
    case 'body-cut-off':
      return [400, 'Nothing here takes a body.'];
    case 'injected':
      return [fault.status, ''];
  }
}

function issueText(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `“${path}” ${message}.`)).join(' ');
}
