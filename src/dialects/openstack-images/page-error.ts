import type { ErrorPage } from './error-page';

/** A refusal that only this dialect knows: its readers throw it with the page it becomes. */
export class PageError extends Error {
  override readonly name = 'PageError';
  constructor(readonly page: ErrorPage) {
    super(String(page.status));
  }
}

export function pageError(status: number, explanation: string): PageError {
  return new PageError({ status, text: { shape: 'standard', explanation } });
}

/** The status' usual explanation, with what is particular below it: so Glance writes some refusals. */
export function detailedError(status: 403 | 409 | 416, detail: string): PageError {
  return new PageError({ status, text: { shape: 'standard', explanation: usual[status] ?? '', detail } });
}

/** What a page says when nothing particular is to be said. */
export const usual: Readonly<Record<number, string>> = {
  401:
    'This server could not verify that you are authorized to access the document you requested. Either you ' +
    'supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply ' +
    'the credentials required.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  416: 'The Range requested is not available.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
  503: 'The server is currently unavailable. Please try again at a later time.',
};
