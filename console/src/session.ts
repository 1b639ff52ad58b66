import type { Call } from './calls';
import { ask, bodyOf, ServerRefusal } from './exchange';
import type { TagText } from './tags';

/** What `GET /console/api/about` tells everybody. */
export interface About {
  readonly identity: 'embedded' | 'keystone' | 'none';
  readonly admin: boolean;
  readonly tagText: TagText;
}

export interface Session {
  /** null: this gateway asks nobody for credentials */
  readonly token: string | null;
  /** The console has made the token and ends it; a pasted one is somebody else's. */
  readonly isOwn: boolean;
  readonly user: string;
  readonly projectId: string;
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  readonly about: About;
}

/** The tab's own storage, which ends with the tab. */
const stored = { token: 'tagway.token', isOwn: 'tagway.token.own' };

const get = (path: string): Call => ({ method: 'GET', path, purpose: { kind: 'other' } });

export async function readAbout(): Promise<About> {
  return bodyOf(await ask(get('/console/api/about'), null)) as About;
}

/** The session of before this page was loaded; null when there is none, or its token is good for nothing. */
export async function resume(about: About): Promise<Session | null> {
  const token = sessionStorage.getItem(stored.token);
  if (token === null && about.identity !== 'none') return null;
  try {
    return await open(about, token, sessionStorage.getItem(stored.isOwn) === 'yes');
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    forget();
    return null;
  }
}

/** @throws ServerRefusal @throws Error when the token has no project */
export async function signInByToken(about: About, token: string): Promise<Session> {
  return keep(await open(about, token, false));
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

/** @throws ServerRefusal */
export async function signInByPassword(about: About, login: Login): Promise<Session> {
  const domain = { id: 'default' };
  const user = { name: login.user, domain, password: login.password };
  const identity = { methods: ['password'], password: { user } };
  const body = { auth: { identity, scope: { project: { name: login.project, domain } } } };
  const call: Call = { method: 'POST', path: '/v3/auth/tokens?nocatalog', body, purpose: { kind: 'other' } };
  const { answer } = await ask(call, null);
  const token = answer.headers.find(([name]) => name === 'x-subject-token')?.[1];
  if (token === undefined) throw new Error('The gateway gave no token.');
  return keep(await open(about, token, true));
}

/** Forgets the token, and ends it if the console has made it. Never fails: the token ends by itself, too. */
export async function signOut({ token, isOwn }: Session): Promise<void> {
  forget();
  if (token === null || !isOwn) return;
  await fetch('/v3/auth/tokens', {
    method: 'DELETE',
    headers: { 'X-Auth-Token': token, 'X-Subject-Token': token },
  }).catch(() => undefined);
}

/** As `GET /console/api/session` tells it. */
interface Told extends Pick<Session, 'user' | 'roles' | 'isAdmin'> {
  readonly projectId: string | null;
}

async function open(about: About, token: string | null, isOwn: boolean): Promise<Session> {
  const { projectId, ...told } = bodyOf(await ask(get('/console/api/session'), token)) as Told;
  if (projectId === null) throw new Error('This token is for no project: images belong to projects.');
  return { ...told, projectId, token, isOwn, about };
}

function keep(session: Session): Session {
  sessionStorage.setItem(stored.token, session.token ?? '');
  sessionStorage.setItem(stored.isOwn, session.isOwn ? 'yes' : 'no');
  return session;
}

function forget(): void {
  for (const name of Object.values(stored)) sessionStorage.removeItem(name);
}
