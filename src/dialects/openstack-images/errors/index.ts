import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { Refused } from '../../../core/errors';
import { MetadefRefused } from '../../../core/metadefs/metadef';
import { requestBaseUrl } from '../../../http/context';
import type { RequestFault } from '../../../http/errors';
import { createErrorRenderer } from '../../../http/renderer';
import { type ErrorPage, errorPage, plainHtml, renderErrorPage, defaultErrorTexts } from './error-page';
import { PageError } from './page-error';
import { refusalErrorPage } from './refusals';
import type { GlanceRelease } from '../release';
import type { ErrorContext } from './error-context';
import { metadefErrorPage } from '../metadefs/pages';
import { type Headers, requestIdHeader, sendJson, startAnswer } from '../responses';
import { isImageDataUpload } from '../uploads';

/** A page, or the words of what stands in front of Glance. */
interface Answer extends ErrorPage {
  readonly isOfGateway?: true;
}

/** @param identityUrl where clients without a valid token are to get one; null: from the gateway itself */
export function createErrorHandler(
  identityUrl: string | null,
  publicUrl: string | null,
  release: GlanceRelease,
): ErrorRequestHandler {
  return createErrorRenderer<Answer>({
    faultAnswer: faultPage,
    refusalAnswer: (error, _req, res) => refusedPage(error, res, release),
    // Glance answers 500, too, when it has lost its database.
    unavailable: (req) => (isImageDataUpload(req) ? errorPage(500) : unavailable),
    unexpected: errorPage(500),
    write: (answer, req, res) => {
      const challenged = challenge(identityUrl ?? requestBaseUrl(req, publicUrl));
      if (answer.isOfGateway) sendSignedTooLarge(req, res, challenged);
      else sendPage(req, res, answer, answer.status === 401 ? challenged : requestIdHeader(req.requestId));
    },
  });
}

function refusedPage(error: unknown, res: Response, release: GlanceRelease): ErrorPage | undefined {
  if (error instanceof PageError) return error.page;
  if (error instanceof MetadefRefused) return metadefErrorPage(error.refusal);
  return error instanceof Refused ? refusalErrorPage(error.refusal, subjectOf(res), release) : undefined;
}

/** A signature is checked in front of Glance, and its refusals have the form of the vendor's gateway. */
function sendSignedTooLarge(req: Request, res: Response, challenged: Headers): void {
  const named = { 'X-Request-Id': req.requestId.replaceAll('-', '') };
  sendJson(req, res, 401, signedTooLarge(req.requestId), { ...challenged, ...named });
}

function signedTooLarge(requestId: string): ReadonlyMap<string, string> {
  const words = 'Incorrect IAM authentication information: calc aksk signature fail:body too large';
  return new Map([
    ['error_msg', words],
    ['error_code', 'APIGW.0301'],
    ['request_id', requestId.replaceAll('-', '')],
  ]);
}

const unavailable = errorPage(503);

const tooManyUploads = errorPage(
  429,
  'Too many requests are under way. The image is as it was; upload its data again.',
);

/** The same page for what is rejected before Express has seen it. */
export function rejectOverloaded(req: IncomingMessage, res: ServerResponse): void {
  // Pages are written with Node's own methods.
  const answer = isImageDataUpload(req) ? tooManyUploads : unavailable;
  const headers = { 'Retry-After': '1', ...requestIdHeader(req.requestId) };
  sendPage(req as Request, res as Response, answer, headers);
}

const subjects = new WeakMap<Response, ErrorContext>();

export function setErrorContext(res: Response, subject: ErrorContext): void {
  subjects.set(res, subject);
}

function subjectOf(res: Response): ErrorContext {
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
  const { contentType, body } = renderErrorPage(answer, req.headers.accept);
  startAnswer(req, res, answer.status, {
    ...answer.headers,
    'Content-Length': Buffer.byteLength(body),
    'Content-Type': contentType,
    ...more,
  });
  res.end(body);
}

const injectedText = 'This answer was asked for at /admin/faults.';

function faultPage(fault: RequestFault, req: Request): Answer {
  switch (fault.kind) {
    case 'unauthenticated':
      return fault.fact === 'signed-body-too-large'
        ? { ...errorPage(401), isOfGateway: true }
        : errorPage(401);
    case 'route-not-found':
      return errorPage(404);
    case 'method-not-allowed':
      return { status: 405, text: { shape: 'method-refused', method: fault.method } };
    case 'method-unknown':
      return { status: 501, text: { shape: 'method-unknown', method: fault.method } };
    case 'target-not-text':
      return errorPage(
        400,
        'Error decoding your request. Either the URL or the request body contained characters that could ' +
          'not be decoded by Glance',
      );
    case 'rate-limited':
      return isImageDataUpload(req) ? tooManyUploads : errorPage(503);
    case 'injected':
      return errorPage(fault.status, defaultErrorTexts[fault.status] ?? injectedText);
    case 'body-empty':
      return errorPage(400, 'Body expected in request.');
    case 'body-malformed':
    case 'body-cut-off':
      return errorPage(400, 'Malformed JSON in request body.');
    case 'body-too-large':
      return errorPage(413, `The request body must not be larger than ${String(fault.limit)} bytes.`);
    case 'body-encoding':
      return {
        status: 415,
        text: { shape: 'media-type', mediaType: req.headers['content-type'] ?? 'text/plain' },
      };
    case 'invalid-request':
      return errorPage(400, fault.issues[0]?.message);
  }
}
