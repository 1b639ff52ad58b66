import { type ErrorPage, page, usual } from './error-page';

/** A refusal that only this dialect knows: its readers throw it with the page it becomes. */
export class PageError extends Error {
  override readonly name = 'PageError';
  constructor(readonly page: ErrorPage) {
    super(String(page.status));
  }
}

export function pageError(status: number, explanation: string): PageError {
  return new PageError(page(status, explanation));
}

/** The status' usual explanation, with what is particular below it: so Glance writes some refusals. */
export function detailedError(status: 403 | 409 | 416, detail: string): PageError {
  return new PageError({ status, text: { shape: 'standard', explanation: usual[status] ?? '', detail } });
}
