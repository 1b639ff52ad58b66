import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import { Unavailable } from '../core/errors';
import { baseUrl } from '../http/context';
import { type Fault, HttpFault } from '../http/errors';
import { unlessBegun } from '../http/middleware';

interface Answer {
  readonly status: number;
  readonly message: string;
}

/** Whoever calls is known, and has not the role. */
export class NotAdmin extends Error {
  override readonly name = 'NotAdmin';
}

/** `{ "error": { "code", "title", "message" } }`. What it cannot name is a 500, and told to the log. */
export function errorRenderer(publicUrl: string | null): ErrorRequestHandler {
  return unlessBegun((error, req, res) => {
    const named = answerTo(error);
    if (!named || error instanceof Unavailable) req.failure = error;
    const { status, message } = named ?? {
      status: 500,
      message: 'Something unexpected went wrong; the log tells what.',
    };
    if (status === 401) res.set('WWW-Authenticate', `Keystone uri="${baseUrl(req, publicUrl)}/v3"`);
    if (status === 503 || status === 429) res.set('Retry-After', '1');
    // What is left of the body is not worth reading.
    if (status === 413) res.set('Connection', 'close');
    if (error instanceof HttpFault && error.fault.kind === 'method-not-allowed') {
      res.set('Allow', error.fault.allow.join(', '));
    }
    res.status(status).json({ error: { code: status, title: STATUS_CODES[status] ?? 'Error', message } });
  });
}

function answerTo(error: unknown): Answer | undefined {
  if (error instanceof HttpFault) return faultAnswer(error.fault);
  if (error instanceof NotAdmin) return { status: 403, message: 'This needs the role admin.' };
  if (!(error instanceof Unavailable)) return undefined;
  return { status: 503, message: 'The database cannot be asked now; try again.' };
}

function faultAnswer(fault: Fault): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return { status: 401, message: `Credentials of an admin are needed (${fault.fact}).` };
    case 'route-not-found':
    case 'method-unknown':
      return { status: 404, message: 'There is nothing under this path.' };
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
      return { status: 415, message: 'A body with a content encoding is not taken.' };
    case 'body-cut-off':
      return { status: 400, message: 'The body ended early.' };
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
