import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import {
  type AccessRefusal,
  refusalAnswer,
  type RefusalAnswers,
  type TagRefusal,
} from '../../src/core/errors';
import type { RequestFault } from '../../src/http/errors';
import { sendServiceUnavailable } from '../../src/http/load-shedding';
import { requestIdFor } from '../../src/http/middleware';
import { createErrorRenderer } from '../../src/http/renderer';

const unavailable = 'the service is unavailable';

interface Answer {
  readonly status: number;
  readonly sentence: string;
}

/** A status and a line of text; what is the same for every surface is in the renderer. */
export const renderError: ErrorRequestHandler = createErrorRenderer<Answer>({
  faultAnswer,
  refusalAnswer: (error) => refusalAnswer(refusals, error),
  unavailable: () => answer(503, unavailable),
  unexpected: answer(500, 'something went wrong'),
  write: ({ status, sentence }, _req, res) => {
    res.status(status).type('text/plain').send(`${sentence}\n`);
  },
});

function answer(status: number, sentence: string): Answer {
  return { status, sentence };
}

/** The same answer for what is rejected before Express has seen it. */
export function overloaded(req: IncomingMessage, res: ServerResponse): void {
  const headers = { 'X-Request-Id': requestIdFor(req), 'Content-Type': 'text/plain; charset=utf-8' };
  sendServiceUnavailable(res, headers, `${unavailable}\n`);
}

/** No `default`: a new kind of fault does not compile until this dialect has words for it. */
function faultAnswer(fault: RequestFault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return answer(401, `who are you? (${fault.fact})`);
    case 'route-not-found':
    case 'method-not-allowed':
    case 'method-unknown':
      return answer(404, 'there is no such operation');
    case 'target-not-text':
      return answer(400, `the ${fault.where} is not text in UTF-8`);
    case 'body-too-large':
      return answer(413, `a body has at most ${String(fault.limit)} bytes`);
    case 'body-empty':
    case 'body-malformed':
    case 'body-encoding':
    case 'body-cut-off':
      return answer(400, 'the body cannot be read');
    case 'rate-limited':
      return answer(429, 'too many requests');
    case 'injected':
      return answer(fault.status, 'this answer was asked for at /admin/faults');
    case 'invalid-request':
      return answer(400, fault.issues.map(({ message }) => message).join('; '));
  }
}

const mayNot = {
  role: 'you may not: your role does not allow it',
  owner: 'you may not: your project does not allow it',
} as const;

/** Of the services that this dialect calls: a further refusal of theirs does not compile until there is an answer. */
const refusals: RefusalAnswers<AccessRefusal | TagRefusal, Answer> = {
  'image-not-found': () => answer(404, 'there is no such image'),
  'image-not-readable': () => answer(404, 'there is no such image'),
  'not-allowed': ({ because }) => answer(403, mayNot[because]),
  'tag-not-found': () => answer(404, 'the image has no such tag'),
  'tag-limit-reached': ({ limit }) => answer(409, `an image has at most ${String(limit)} tags`),
  'tag-invalid': ({ fault }) => answer(400, `that cannot be a tag (${fault})`),
  'changed-meanwhile': () => answer(412, 'the tags of the image are others by now'),
  'guard-required': () => answer(428, 'the project wants the header If-Match'),
};
