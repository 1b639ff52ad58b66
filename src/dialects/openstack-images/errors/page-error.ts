import { type ErrorPage, errorPage, defaultErrorTexts } from './error-page';

/** A refusal that only this dialect knows: its readers throw it with the page it becomes. */
export class PageError extends Error {
  override readonly name = 'PageError';
  /** For the log, which does not get the text: that quotes the request. */
  readonly refusal: { readonly kind: string };
  constructor(readonly page: ErrorPage) {
    super(String(page.status));
    this.refusal = { kind: reasons[page.status] ?? 'refused' };
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  403: 'not-allowed',
  404: 'not-found',
  409: 'conflict',
  412: 'changed-meanwhile',
  413: 'too-large',
  415: 'media-type',
  416: 'range',
  428: 'guard-required',
};

export function pageError(status: number, explanation: string): PageError {
  return new PageError(errorPage(status, explanation));
}

/** The status' usual explanation, with what is particular below it: so Glance writes some refusals. */
export function detailedPageError(status: 403 | 409 | 416, detail: string): PageError {
  return new PageError({
    status,
    text: { shape: 'standard', explanation: defaultErrorTexts[status] ?? '', detail },
  });
}
