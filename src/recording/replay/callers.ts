import type { Exchange } from '../exchange';
import { bodyAsJson, listOrEmpty, jsonMemberAt, textOrNull } from './json';

/** Who called in a recording: a login that was answered, or a token or an access key whose owner it does not show. */
export interface RecordedLogin {
  /** `${TOKEN:1}`, which it made. */
  readonly token: string;
  readonly user: { readonly id: string | null; readonly name: string };
  readonly project: { readonly id: string; readonly name: string } | null;
  readonly roles: readonly string[];
  /** `${SECRET:1}`; null: not by a password. */
  readonly password: string | null;
  readonly credential: { readonly id: string | null; readonly name: string; readonly secret: string } | null;
}

export interface UnknownCaller {
  /** `${TOKEN:1}` or `${ACCESS:1}` */
  readonly name: string;
  /** null: nothing shows it. */
  readonly projectId: string | null;
}

export interface RecordedCallers {
  readonly logins: readonly RecordedLogin[];
  readonly tokens: readonly UnknownCaller[];
  readonly keys: readonly UnknownCaller[];
}

export function findCallers(exchanges: readonly Exchange[]): RecordedCallers {
  const logins = exchanges.flatMap((exchange) => loginOf(exchange) ?? []);
  const known = new Set(logins.map(({ token }) => token));
  const tokens = new Map<string, string | null>();
  const keys = new Map<string, string | null>();
  for (const exchange of exchanges) {
    // A token that is never let in is a wrong one, and stays so.
    if (exchange.response === null || exchange.response.status === 401) continue;
    const token = requestHeader(exchange, 'x-auth-token');
    if (token !== null && !known.has(token)) note(tokens, token, exchange);
    const key = /\$\{ACCESS:\d+\}/.exec(requestHeader(exchange, 'authorization') ?? '')?.[0];
    if (key !== undefined) note(keys, key, exchange);
  }
  const strangers = (found: ReadonlyMap<string, string | null>): UnknownCaller[] =>
    [...found].map(([name, projectId]) => ({ name, projectId }));
  return { logins, tokens: strangers(tokens), keys: strangers(keys) };
}

export function requestHeader({ request }: Exchange, name: string): string | null {
  return request.headers.find(([found]) => found.toLowerCase() === name)?.[1] ?? null;
}

function note(found: Map<string, string | null>, name: string, exchange: Exchange): void {
  found.set(name, found.get(name) ?? projectShownBy(exchange));
}

const projectInPath = /^\/v[12]\/([0-9a-f]{32})\//;

/** What a caller makes is of the caller's project; so is what it lists, save what is public. */
function projectShownBy(exchange: Exchange): string | null {
  const inPath = projectInPath.exec(exchange.request.target)?.[1];
  const named = inPath ?? requestHeader(exchange, 'x-project-id');
  if (named !== null) return named;
  const body = bodyAsJson(exchange.response);
  const images = 'images' in body ? listOrEmpty(body['images']) : [body];
  const own = images.find((image) => {
    const visibility = jsonMemberAt(image, 'visibility');
    return typeof visibility === 'string' && !['public', 'community'].includes(visibility);
  });
  return textOrNull(jsonMemberAt(own, 'owner'));
}

function loginOf({ request, response }: Exchange): RecordedLogin | null {
  if (request.method !== 'POST' || !/^\/v3\/auth\/tokens(?:\?|$)/.test(request.target)) return null;
  const token = response?.headers.find(([name]) => name.toLowerCase() === 'x-subject-token')?.[1];
  const answer = bodyAsJson(response)['token'];
  const user = textOrNull(jsonMemberAt(answer, 'user', 'name'));
  if (response?.status !== 201 || token === undefined || user === null) return null;
  const identity = jsonMemberAt(bodyAsJson(request), 'auth', 'identity');
  const credential = jsonMemberAt(identity, 'application_credential');
  const secret = textOrNull(jsonMemberAt(credential, 'secret'));
  const id = textOrNull(jsonMemberAt(answer, 'project', 'id'));
  return {
    token,
    user: { id: textOrNull(jsonMemberAt(answer, 'user', 'id')), name: user },
    project: id === null ? null : { id, name: textOrNull(jsonMemberAt(answer, 'project', 'name')) ?? id },
    roles: listOrEmpty(jsonMemberAt(answer, 'roles')).flatMap(
      (role) => textOrNull(jsonMemberAt(role, 'name')) ?? [],
    ),
    password: textOrNull(jsonMemberAt(identity, 'password', 'user', 'password')),
    credential:
      secret === null
        ? null
        : {
            id: textOrNull(jsonMemberAt(credential, 'id')),
            name: textOrNull(jsonMemberAt(credential, 'name')) ?? 'recorded',
            secret,
          },
  };
}
