import type { ErrorRequestHandler, Request, Response } from 'express';
import { isUnavailable, refusalReason } from './cause';
import { type RequestFault, HttpFault } from './errors';

/** How one surface answers errors: its sentences are its own, the rest is shared. */
export interface ErrorForm<Answer extends { readonly status: number }> {
  /** Has no `default`: a new kind of fault does not compile until the surface has an answer. */
  readonly faultAnswer: (fault: RequestFault, req: Request) => Answer;
  /** Refusals of the core or the surface itself; undefined for other errors. */
  readonly refusalAnswer: (error: unknown, req: Request, res: Response) => Answer | undefined;
  /** The store or another service is unavailable. */
  readonly unavailable: (req: Request) => Answer;
  /** For unexpected errors; the log gets the error. */
  readonly unexpected: Answer;
  readonly write: (answer: Answer, req: Request, res: Response) => void;
}

/** The error renderer at the end of a surface's router. */
export function createErrorRenderer<Answer extends { readonly status: number }>(
  form: ErrorForm<Answer>,
): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    // An answer already begun can only be cut off, which Express does.
    if (res.headersSent) {
      next(error);
      return;
    }
    const named = answerTo(error, form, req, res);
    req.reason = refusalReason(error);
    if (!named || isUnavailable(error)) req.failure = error;
    const answer = named ?? form.unexpected;
    const fault = error instanceof HttpFault ? error.fault : undefined;
    if (answer.status === 503 || answer.status === 429) res.set('Retry-After', String(secondsOf(fault)));
    // The rest of the body is not read.
    if (answer.status === 413 && fault) res.set('Connection', 'close');
    if (answer.status === 405 && fault?.kind === 'method-not-allowed') {
      res.set('Allow', fault.allow.join(', '));
    }
    form.write(answer, req, res);
  };
}

function answerTo<Answer extends { readonly status: number }>(
  error: unknown,
  { faultAnswer, refusalAnswer, unavailable }: ErrorForm<Answer>,
  req: Request,
  res: Response,
): Answer | undefined {
  if (error instanceof HttpFault) return faultAnswer(error.fault, req);
  return isUnavailable(error) ? unavailable(req) : refusalAnswer(error, req, res);
}

function secondsOf(fault: RequestFault | undefined): number {
  return fault?.kind === 'rate-limited' ? fault.seconds : 1;
}
