import type { Call } from './calls';

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly milliseconds: number;
}

/** A call and its answer. */
export interface Exchange {
  readonly call: Call;
  readonly answer: Answer;
}

/** An answer that is a refusal; `message` is the server's own sentence. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  constructor(readonly exchange: Exchange) {
    super(refusalText(exchange.answer));
  }

  get status(): number {
    return this.exchange.answer.status;
  }
}

/** By this header the journal's page knows the console's own calls. */
export const ownCallHeader = 'x-tagway-console';

export function headersOf(token: string | null, more: Readonly<Record<string, string>> = {}): Headers {
  const headers = new Headers({ Accept: 'application/json', [ownCallHeader]: '1', ...more });
  if (token !== null) headers.set('X-Auth-Token', token);
  return headers;
}

/** Sends a call. @param token null: none is needed @throws Error when there is no answer, in plain words */
export async function send(call: Call, token: string | null, signal?: AbortSignal): Promise<Exchange> {
  const begun = performance.now();
  const body = call.text ?? (call.body ? JSON.stringify(call.body) : null);
  const headers = headersOf(token, {
    ...call.headers,
    ...(body !== null && { 'Content-Type': call.mediaType ?? 'application/json' }),
  });
  try {
    const init = { method: call.method, headers, body, cache: 'no-store', signal: signal ?? null } as const;
    const response = await fetch(call.path, init);
    const text = await response.text();
    const milliseconds = Math.round(performance.now() - begun);
    const answer = { status: response.status, headers: [...response.headers], body: text, milliseconds };
    return { call, answer };
  } catch (error) {
    throw new Error('The gateway does not answer. Is it running?', { cause: error });
  }
}

/** Sent to the window when a token is not, or no longer, valid. */
export const tokenRefused = 'tagway:token-refused';

/** As `send`. @throws ServerRefusal when the answer is no success */
export async function ask(call: Call, token: string | null, signal?: AbortSignal): Promise<Exchange> {
  const exchange = await send(call, token, signal);
  const { status } = exchange.answer;
  if (status === 401 && token !== null) dispatchEvent(new Event(tokenRefused));
  if (status >= 400) throw new ServerRefusal(exchange);
  return exchange;
}

export function bodyOf(exchange: Exchange): unknown {
  return JSON.parse(exchange.answer.body);
}

/** The server's message in any of the dialects' forms, with the status, which some forms leave out. */
export function refusalText({ status, body }: Answer): string {
  const sentence = sentenceIn(body).trim();
  return `${String(status)}: ${sentence === '' ? 'the server gave no reason' : sentence}`;
}

function sentenceIn(body: string): string {
  try {
    const whole = JSON.parse(body) as Record<string, unknown>;
    const inner = (typeof whole['error'] === 'object' ? whole['error'] : whole) as Record<string, unknown>;
    const message =
      inner['message'] ??
      inner['error_msg'] ??
      inner['detail'] ??
      detailsOf(inner['errors']) ??
      inner['title'];
    const code = inner['code'] ?? inner['error_code'];
    const words = typeof message === 'string' ? withoutMarkup(message) : '';
    return typeof code === 'string' && !/^\d+ /.test(code) ? `${words} (${code})` : words;
  } catch {
    return withoutMarkup(body).slice(0, 500);
  }
}

/** Of a problem of the native API: `selector: Expected a key at character 3.` */
function detailsOf(errors: unknown): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  return (errors as { pointer: string; detail: string }[])
    .map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`)
    .join(' ');
}

/** Glance's sentences have line breaks of HTML in them. */
function withoutMarkup(text: string): string {
  return text.replace(/<[^<>]{0,200}>/g, ' ').replace(/\s+/g, ' ');
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
