import { preferredMediaType } from '../python/accept';
import { glanceJson } from '../python/json-text';

/** An error's content, before its format is chosen. */
export interface ErrorPage {
  readonly status: number;
  readonly text: ErrorText;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Glance's error texts have five shapes. `standard` is an explanation with an optional detail below it; the
 * others are less, or name something of the request in a sentence of their own.
 */
export type ErrorText =
  | { readonly shape: 'standard'; readonly explanation: string; readonly detail?: string }
  | { readonly shape: 'bare'; readonly explanation: string }
  | { readonly shape: 'method-refused'; readonly method: string }
  | { readonly shape: 'method-unknown'; readonly method: string }
  | { readonly shape: 'media-type'; readonly mediaType: string; readonly detail?: string };

export interface RenderedPage {
  readonly contentType: string;
  readonly body: string;
}

/** The words on the status line and in the page. Node's own differ for some (413, 416). */
export const statusTitles: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  300: 'Multiple Choices',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Request Range Not Satisfiable',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The default text of each status. */
export const defaultErrorTexts: Readonly<Record<number, string>> = {
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

/** A page of the standard shape. */
export function errorPage(status: number, explanation: string = defaultErrorTexts[status] ?? ''): ErrorPage {
  return { status, text: { shape: 'standard', explanation } };
}

/** What a role lacks, by the action that its policy names. */
export function unauthorizedText(action: string): string {
  return `You are not authorized to complete ${action} action.`;
}

export const plainHtml = 'text/html; charset=UTF-8';

/** The page in the format of the Accept header; only that header decides. */
export function renderErrorPage(page: ErrorPage, accept: string | undefined): RenderedPage {
  const title = statusTitles[page.status] ?? 'Error';
  const status = `${String(page.status)} ${title}`;
  switch (preferredMediaType(accept, ['text/html', 'application/json'])) {
    case 'text/html':
      return { contentType: plainHtml, body: htmlPage(status, textOf(page.text, escapeHtml)) };
    case 'application/json': {
      const message = textOf(page.text, asIs);
      return {
        contentType: 'application/json',
        body: glanceJson({ message, code: status, title }, { ascii: true }),
      };
    }
    case undefined:
      return {
        contentType: 'text/plain; charset=UTF-8',
        body: `${status}\n\n${withoutTags(textOf(page.text, asIs))}`,
      };
  }
}

function htmlPage(status: string, text: string): string {
  const head = ` <head>\n  <title>${status}</title>\n </head>`;
  return `<html>\n${head}\n <body>\n  <h1>${status}</h1>\n  ${text}\n </body>\n</html>`;
}

/** The line breaks and the spaces at line ends are Glance's, to the byte. */
function textOf(text: ErrorText, escape: (value: string) => string): string {
  switch (text.shape) {
    case 'standard':
      return `${escape(text.explanation)}<br /><br />\n${escape(text.detail ?? '')}\n\n`;
    case 'bare':
      return escape(text.explanation);
    case 'method-refused':
      return `The method ${escape(text.method)} is not allowed for this resource. <br /><br />\n`;
    case 'method-unknown':
      return `\nThe request method ${escape(text.method)} is not implemented for this server. <br /><br />\n`;
    case 'media-type':
      return `The request media type ${escape(text.mediaType)} is not supported by this server.\n<br /><br />\n${escape(text.detail ?? '')}`;
  }
}

function asIs(value: string): string {
  return value;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

const notPlain = /[&<>"']|[^\0-\x7f]/gu;

/** Plain ASCII: everything else becomes a reference by number. */
function escapeHtml(value: string): string {
  return value.replace(notPlain, (char) => entities[char] ?? `&#${String(char.codePointAt(0))};`);
}

/**
 * The text as a terminal shows it: line ends are spaces, `<br>` is a line end, other tags are dropped. A
 * client's own `<` is treated the same. One pass, since the text may be a client's.
 */
function withoutTags(value: string): string {
  const flat = value.replaceAll('\n', ' ').replaceAll('\r', '');
  const broken = replaceTags(flat, (tag) => (/^<br/i.test(tag) ? '\n' : tag));
  return replaceTags(broken.replace(/<!--|-->/g, ''), () => '');
}

/** Calls `replace` for every `<…>`, the shortest. */
function replaceTags(text: string, replace: (tag: string) => string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const begin = text.indexOf('<', from);
    const end = begin < 0 ? -1 : text.indexOf('>', begin);
    if (end < 0) return parts.join('') + text.slice(from);
    parts.push(text.slice(from, begin), replace(text.slice(begin, end + 1)));
    from = end + 1;
  }
}
