import type { ErrorRequestHandler, Request, Response } from 'express';
import { isUnavailable, reasonOf } from './cause';
import { type Fault, HttpFault } from './errors';

/** How one surface answers errors: its words are tables and switches of its own, the rest is the same for all. */
export interface ErrorForm<Answer extends { readonly status: number }> {
  /** No `default` in it: a new kind of fault does not compile until the surface has an answer. */
  readonly faultAnswer: (fault: Fault, req: Request) => Answer;
  /** What the core or the surface itself refuses; undefined for an error that is none of these. */
  readonly refusalAnswer: (error: unknown, req: Request, res: Response) => Answer | undefined;
  /** The store or another service cannot be asked now. */
  readonly unavailable: (req: Request) => Answer;
  /** For what has no answer; the log gets the error. */
  readonly unexpected: Answer;
  readonly write: (answer: Answer, req: Request, res: Response) => void;
}

/** The error renderer at the end of a surface's router. */
export function errorRenderer<Answer extends { readonly status: number }>(
  form: ErrorForm<Answer>,
): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    // Of an answer that has begun only its end can be told: Express cuts it off.
    if (res.headersSent) {
      next(error);
      return;
    }
    const named = answerTo(error, form, req, res);
    req.reason = reasonOf(error);
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

function secondsOf(fault: Fault | undefined): number {
  return fault?.kind === 'rate-limited' ? fault.seconds : 1;
}
