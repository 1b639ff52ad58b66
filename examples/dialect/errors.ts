import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Refusal, Refused, Unavailable } from '../../src/core/errors';
import { type Fault, HttpFault } from '../../src/http/errors';
import { sendAway } from '../../src/http/load-shedding';
import { shownId, unlessBegun } from '../../src/http/middleware';

type Answer = readonly [status: number, sentence: string];

/** The dialect's one error renderer: a status and a line of text. What it cannot name is a 500, and told to the log. */
export const renderError = unlessBegun((error, req, res) => {
  const named = answerTo(error);
  if (!named || error instanceof Unavailable) req.failure = error;
  const [status, sentence] = named ?? [500, 'something went wrong'];
  if (status === 503 || status === 429) res.set('Retry-After', '1');
  // What is left of the body is not worth reading.
  if (status === 413) res.set('Connection', 'close');
  res.status(status).type('text/plain').send(`${sentence}\n`);
});

const unavailable: Answer = [503, 'the service is unavailable'];

/** The same answer for what is sent away before Express has seen it. */
export function overloaded(req: IncomingMessage, res: ServerResponse): void {
  const headers = { 'X-Request-Id': shownId(req), 'Content-Type': 'text/plain; charset=utf-8' };
  sendAway(res, headers, `${unavailable[1]}\n`);
}

function answerTo(error: unknown): Answer | undefined {
  if (error instanceof HttpFault) return faultAnswer(error.fault);
  if (error instanceof Refused) return refusalAnswer(error.refusal);
  return error instanceof Unavailable ? unavailable : undefined;
}

/** No `default`: a new kind of fault does not compile until this dialect has words for it. */
function faultAnswer(fault: Fault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return [401, `who are you? (${fault.fact})`];
    case 'route-not-found':
    case 'method-not-allowed':
    case 'method-unknown':
      return [404, 'there is no such operation'];
    case 'target-not-text':
      return [400, `the ${fault.where} is not text in UTF-8`];
    case 'body-too-large':
      return [413, `a body has at most ${String(fault.limit)} bytes`];
    case 'body-empty':
    case 'body-malformed':
    case 'body-encoding':
    case 'body-cut-off':
      return [400, 'the body cannot be read'];
    case 'rate-limited':
      return [429, 'too many requests'];
    case 'injected':
      return [fault.status, 'this answer was asked for at /admin/faults'];
    case 'invalid-request':
      return [400, fault.issues.map(({ message }) => message).join('; ')];
  }
}

function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.kind) {
    case 'image-not-found':
    case 'image-not-readable':
    case 'image-gone':
      return [404, 'there is no such image'];
    case 'tag-not-found':
      return [404, 'the image has no such tag'];
    case 'not-allowed':
      return [403, `you may not: your ${refusal.because === 'role' ? 'role' : 'project'} does not allow it`];
    case 'changed-meanwhile':
      return [412, 'the tags of the image are others by now'];
    case 'guard-required':
      return [428, 'the project wants the header If-Match'];
    case 'tag-limit-reached':
      return [409, `an image has at most ${String(refusal.limit)} tags`];
    case 'tag-invalid':
      return [400, `that cannot be a tag (${refusal.fault})`];
    // Of images, members and data this dialect does nothing that the core could refuse.
    case 'image-exists':
    case 'image-protected':
    case 'owner-not-allowed':
    case 'marker-not-found':
    case 'property-limit-reached':
    case 'not-shared':
    case 'member-not-found':
    case 'member-exists':
    case 'member-limit-reached':
    case 'wrong-status':
    case 'formats-missing':
    case 'data-deactivated':
    case 'data-too-large':
    case 'data-no-room':
      return [400, refusal.kind];
  }
}
