import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { Refused, Unavailable } from '../../../core/errors';
import { baseUrl } from '../../../http/context';
import { type Fault, HttpFault } from '../../../http/errors';
import { unlessBegun } from '../../../http/middleware';
import { type ErrorPage, page, plainHtml, renderPage, usual } from './error-page';
import { PageError } from './page-error';
import { refusalPage, type Subject } from './refusals';
import { type Headers, requestIdHeader, sendJson, startAnswer } from '../responses';
import { isUpload } from '../uploads';

/**
 * The one place where this dialect writes errors. What it cannot name is a 500, and told to the log.
 * @param identityUrl where clients that were refused are sent for a token; null: to the gateway itself
 */
export function errorRenderer(identityUrl: string | null, publicUrl: string | null): ErrorRequestHandler {
  return unlessBegun((error, req, res) => {
    const challenged = (): Headers => challenge(identityUrl ?? baseUrl(req, publicUrl));
    if (isSignedTooLarge(error)) {
      const named = { 'X-Request-Id': req.requestId.replaceAll('-', '') };
      sendJson(req, res, 401, signedTooLarge(req.requestId), { ...challenged(), ...named });
      return;
    }
    const answer = pageOf(error, req, subjectOf(res));
    if ((answer.status === 500 && !isInjected(error)) || error instanceof Unavailable) req.failure = error;
    sendPage(req, res, answer, answer.status === 401 ? challenged() : requestIdHeader(req.requestId));
  });
}

/** A signature is checked in front of Glance, and its refusals have the form of the vendor's gateway. */
function isSignedTooLarge(error: unknown): boolean {
  if (!(error instanceof HttpFault) || error.fault.kind !== 'unauthenticated') return false;
  return error.fault.fact === 'signed-body-too-large';
}

function signedTooLarge(requestId: string): ReadonlyMap<string, string> {
  const words = 'Incorrect IAM authentication information: calc aksk signature fail:body too large';
  return new Map([
    ['error_msg', words],
    ['error_code', 'APIGW.0301'],
    ['request_id', requestId.replaceAll('-', '')],
  ]);
}

const unavailable: ErrorPage = { ...page(503), headers: { 'Retry-After': '1' } };

const tooManyUploads: ErrorPage = {
  ...page(429, 'Too many requests are under way. The image is as it was; upload its data again.'),
  headers: { 'Retry-After': '1' },
};

/** The same page for what is sent away before Express has seen it. */
export function overloaded(req: IncomingMessage, res: ServerResponse): void {
  // Pages are written with what is Node's own.
  const answer = isUpload(req) ? tooManyUploads : unavailable;
  sendPage(req as Request, res as Response, answer, requestIdHeader(req.requestId));
}

const subjects = new WeakMap<Response, Subject>();

export function setSubject(res: Response, subject: Subject): void {
  subjects.set(res, subject);
}

function subjectOf(res: Response): Subject {
  return subjects.get(res) ?? 'image';
}

/** A 401 has no request id: it comes from before the API proper. */
function challenge(identityUrl: string): Headers {
  return { 'Www-Authenticate': `Keystone uri="${identityUrl}"` };
}

function sendPage(req: Request, res: Response, answer: ErrorPage, more: Headers): void {
  if (req.method === 'HEAD') {
    startAnswer(req, res, answer.status, {
      'Content-Type': plainHtml,
      'Content-Length': 0,
      ...answer.headers,
      ...more,
    });
    res.end();
    return;
  }
  const { contentType, body } = renderPage(answer, req.headers.accept);
  startAnswer(req, res, answer.status, {
    ...answer.headers,
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': contentType,
    ...more,
  });
  res.end(body);
}

function pageOf(error: unknown, req: Request, subject: Subject): ErrorPage {
  if (error instanceof PageError) return error.page;
  if (error instanceof Refused) return refusalPage(error.refusal, subject);
  if (error instanceof HttpFault) return faultPage(error.fault, req);
  // Glance answers 500, too, when it has lost its database.
  if (error instanceof Unavailable) return isUpload(req) ? page(500) : unavailable;
  return page(500);
}

function isInjected(error: unknown): boolean {
  return error instanceof HttpFault && error.fault.kind === 'injected';
}

function injectedPage(status: number): ErrorPage {
  const words = page(status, usual[status] ?? 'This answer was asked for at /admin/faults.');
  return status === 503 || status === 429 ? { ...words, headers: { 'Retry-After': '1' } } : words;
}

function limitedPage(req: Request, seconds: number): ErrorPage {
  return isUpload(req) ? tooManyUploads : { ...page(503), headers: { 'Retry-After': String(seconds) } };
}

function faultPage(fault: Fault, req: Request): ErrorPage {
  switch (fault.kind) {
    case 'unauthenticated':
      return page(401);
    case 'route-not-found':
      return page(404);
    case 'method-not-allowed':
      return {
        status: 405,
        text: { shape: 'method-refused', method: fault.method },
        headers: { Allow: fault.allow.join(', ') },
      };
    case 'method-unknown':
      return { status: 501, text: { shape: 'method-unknown', method: fault.method } };
    case 'target-not-text':
      return page(
        400,
        'Error decoding your request. Either the URL or the request body contained characters that could ' +
          'not be decoded by Glance',
      );
    case 'rate-limited':
      return limitedPage(req, fault.seconds);
    case 'injected':
      return injectedPage(fault.status);
    case 'body-empty':
      return page(400, 'Body expected in request.');
    case 'body-malformed':
    case 'body-cut-off':
      return page(400, 'Malformed JSON in request body.');
    case 'body-too-large':
      return page(413, `The request body must not be larger than ${String(fault.limit)} bytes.`);
    case 'body-encoding':
      return {
        status: 415,
        text: { shape: 'media-type', mediaType: req.headers['content-type'] ?? 'text/plain' },
      };
    case 'invalid-request':
      return page(400, fault.issues[0]?.message);
  }
}
