import type { Call } from './calls';

export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly milliseconds: number;
}

/** A call and what came of it. */
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
}

/** Sends a call. @param token null: none is needed @throws Error when there is no answer, in words for people */
export async function send(call: Call, token: string | null): Promise<Exchange> {
  const begun = performance.now();
  const headers = new Headers({ Accept: 'application/json' });
  if (token !== null) headers.set('X-Auth-Token', token);
  if (call.body) headers.set('Content-Type', 'application/json');
  const body = call.body ? JSON.stringify(call.body) : null;
  try {
    const response = await fetch(call.path, { method: call.method, headers, body, cache: 'no-store' });
    const text = await response.text();
    const milliseconds = Math.round(performance.now() - begun);
    const answer = { status: response.status, headers: [...response.headers], body: text, milliseconds };
    return { call, answer };
  } catch (error) {
    throw new Error(`The gateway did not answer (${error instanceof Error ? error.message : 'unknown'}).`, {
      cause: error,
    });
  }
}

/** Told to the window when a token is good for nothing (any more). */
export const tokenRefused = 'tagway:token-refused';

/** As `send`. @throws ServerRefusal when the answer is no success */
export async function ask(call: Call, token: string | null): Promise<Exchange> {
  const exchange = await send(call, token);
  const { status } = exchange.answer;
  if (status === 401 && token !== null) dispatchEvent(new Event(tokenRefused));
  if (status >= 400) throw new ServerRefusal(exchange);
  return exchange;
}

export function bodyOf(exchange: Exchange): unknown {
  return JSON.parse(exchange.answer.body);
}

/** What the server said, in whichever of the dialects' forms; with the status, which some forms do not tell. */
export function refusalText({ status, body }: Answer): string {
  const said = sentenceIn(body).trim();
  return `${String(status)}: ${said === '' ? 'the server said no more' : said}`;
}

function sentenceIn(body: string): string {
  try {
    const whole = JSON.parse(body) as Record<string, unknown>;
    const inner = (typeof whole['error'] === 'object' ? whole['error'] : whole) as Record<string, unknown>;
    const message = inner['message'] ?? inner['error_msg'];
    const code = inner['code'] ?? inner['error_code'];
    const words = typeof message === 'string' ? withoutMarkup(message) : '';
    return typeof code === 'string' && !/^\d+ /.test(code) ? `${words} (${code})` : words;
  } catch {
    return withoutMarkup(body).slice(0, 500);
  }
}

/** Glance's sentences have line breaks of HTML in them. */
function withoutMarkup(text: string): string {
  return text.replace(/<[^<>]{0,200}>/g, ' ').replace(/\s+/g, ' ');
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
