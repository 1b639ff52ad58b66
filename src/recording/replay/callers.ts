import type { Exchange } from '../exchange';
import { jsonOf, listOf, memberOf, textOf } from './json';

/** Who called in a recording: a login that was answered, or a token or an access key whose owner it does not show. */
export interface Login {
  /** `${TOKEN:1}`, which it made. */
  readonly token: string;
  readonly user: { readonly id: string | null; readonly name: string };
  readonly project: { readonly id: string; readonly name: string } | null;
  readonly roles: readonly string[];
  /** `${SECRET:1}`; null: not by a password. */
  readonly password: string | null;
  readonly credential: { readonly id: string | null; readonly name: string; readonly secret: string } | null;
}

export interface Stranger {
  /** `${TOKEN:1}` or `${ACCESS:1}` */
  readonly name: string;
  /** null: nothing shows it. */
  readonly projectId: string | null;
}

export interface Callers {
  readonly logins: readonly Login[];
  readonly tokens: readonly Stranger[];
  readonly keys: readonly Stranger[];
}

export function findCallers(exchanges: readonly Exchange[]): Callers {
  const logins = exchanges.flatMap((exchange) => loginOf(exchange) ?? []);
  const known = new Set(logins.map(({ token }) => token));
  const tokens = new Map<string, string | null>();
  const keys = new Map<string, string | null>();
  for (const exchange of exchanges) {
    // A token that is never let in is a wrong one, and stays so.
    if (exchange.response === null || exchange.response.status === 401) continue;
    const token = headerOf(exchange, 'x-auth-token');
    if (token !== null && !known.has(token)) note(tokens, token, exchange);
    const key = /\$\{ACCESS:\d+\}/.exec(headerOf(exchange, 'authorization') ?? '')?.[0];
    if (key !== undefined) note(keys, key, exchange);
  }
  const strangers = (found: ReadonlyMap<string, string | null>): Stranger[] =>
    [...found].map(([name, projectId]) => ({ name, projectId }));
  return { logins, tokens: strangers(tokens), keys: strangers(keys) };
}

export function headerOf({ request }: Exchange, name: string): string | null {
  return request.headers.find(([found]) => found.toLowerCase() === name)?.[1] ?? null;
}

function note(found: Map<string, string | null>, name: string, exchange: Exchange): void {
  found.set(name, found.get(name) ?? projectShownBy(exchange));
}

const projectInPath = /^\/v[12]\/([0-9a-f]{32})\//;

/** What a caller makes is of the caller's project; so is what it lists, save what is public. */
function projectShownBy(exchange: Exchange): string | null {
  const inPath = projectInPath.exec(exchange.request.target)?.[1];
  const named = inPath ?? headerOf(exchange, 'x-project-id');
  if (named !== null) return named;
  const body = jsonOf(exchange.response);
  const images = 'images' in body ? listOf(body['images']) : [body];
  const own = images.find((image) => {
    const visibility = memberOf(image, 'visibility');
    return typeof visibility === 'string' && !['public', 'community'].includes(visibility);
  });
  return textOf(memberOf(own, 'owner'));
}

function loginOf({ request, response }: Exchange): Login | null {
  if (request.method !== 'POST' || !/^\/v3\/auth\/tokens(?:\?|$)/.test(request.target)) return null;
  const token = response?.headers.find(([name]) => name.toLowerCase() === 'x-subject-token')?.[1];
  const answer = jsonOf(response)['token'];
  const user = textOf(memberOf(answer, 'user', 'name'));
  if (response?.status !== 201 || token === undefined || user === null) return null;
  const identity = memberOf(jsonOf(request), 'auth', 'identity');
  const credential = memberOf(identity, 'application_credential');
  const secret = textOf(memberOf(credential, 'secret'));
  const id = textOf(memberOf(answer, 'project', 'id'));
  return {
    token,
    user: { id: textOf(memberOf(answer, 'user', 'id')), name: user },
    project: id === null ? null : { id, name: textOf(memberOf(answer, 'project', 'name')) ?? id },
    roles: listOf(memberOf(answer, 'roles')).flatMap((role) => textOf(memberOf(role, 'name')) ?? []),
    password: textOf(memberOf(identity, 'password', 'user', 'password')),
    credential:
      secret === null
        ? null
        : {
            id: textOf(memberOf(credential, 'id')),
            name: textOf(memberOf(credential, 'name')) ?? 'recorded',
            secret,
          },
  };
}
