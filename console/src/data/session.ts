import { getCall as get, postCall } from './calls';
import { ask, bodyOf, headersOf, ServerRefusal } from './exchange';
import type { TagText } from './tags';

/** What `GET /console/api/about` says, also before sign-in. */
export interface About {
  readonly identity: 'embedded' | 'keystone' | 'none';
  readonly admin: boolean;
  readonly tagText: TagText;
}

export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface Session {
  /** null: this gateway needs no credentials */
  readonly token: string | null;
  /** The console made the token and revokes it at the end; a pasted one is only forgotten. */
  readonly isOwn: boolean;
  /** Of the sign-in by password. Tokens for other projects are made with it and end with it. */
  readonly firstToken: string | null;
  readonly user: string;
  readonly projectId: string;
  /** Those that the user may switch to; empty where another service keeps them. */
  readonly projects: readonly Project[];
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  readonly about: About;
}

/** The tab's own storage, which ends with the tab. */
const stored = { token: 'tagway.token', isOwn: 'tagway.token.own', firstToken: 'tagway.token.first' };

export async function readAbout(): Promise<About> {
  return bodyOf(await ask(get('/console/api/about'), null)) as About;
}

/** The session from before a reload; null without one, or when its token is no longer valid. */
export async function resume(about: About): Promise<Session | null> {
  const token = sessionStorage.getItem(stored.token);
  if (token === null && about.identity !== 'none') return null;
  try {
    const isOwn = sessionStorage.getItem(stored.isOwn) === 'yes';
    return await open(about, { token, isOwn, firstToken: sessionStorage.getItem(stored.firstToken) });
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    forget();
    return null;
  }
}

/** @throws ServerRefusal @throws Error when the token has no project */
export async function signInByToken(about: About, token: string): Promise<Session> {
  return keep(await open(about, { token, isOwn: false, firstToken: null }));
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

/** Without a project it is the user's only one, or the first by name. @throws ServerRefusal */
export async function signInByPassword(about: About, login: Login): Promise<Session> {
  const domain = { id: 'default' };
  const user = { name: login.user, domain, password: login.password };
  const identity = { methods: ['password'], password: { user } };
  if (login.project !== '') {
    const scope = { project: { name: login.project, domain } };
    return openFirst(about, await tokenFor({ identity, scope }));
  }
  const unscoped = await tokenFor({ identity });
  const [first] = await projectsOf(about, unscoped);
  if (!first) throw new Error('You have no role in any project. Ask an admin to give you one.');
  const token = await tokenFor({ identity, scope: { project: { id: first.id } } });
  await revoke(unscoped);
  return openFirst(about, token);
}

async function openFirst(about: About, token: string): Promise<Session> {
  return keep(await open(about, { token, isOwn: true, firstToken: token }));
}

/** A session of the same user in another project. @throws ServerRefusal */
export async function switchProject(session: Session, projectId: string): Promise<Session> {
  const identity = { methods: ['token'], token: { id: session.token } };
  const token = await tokenFor({ identity, scope: { project: { id: projectId } } });
  const { firstToken } = session;
  const next = keep(await open(session.about, { token, isOwn: true, firstToken }));
  if (session.isOwn && session.token !== null && session.token !== firstToken) await revoke(session.token);
  return next;
}

async function tokenFor(auth: object): Promise<string> {
  const { answer } = await ask(postCall('/v3/auth/tokens?nocatalog', { auth }), null);
  const token = answer.headers.find(([name]) => name === 'x-subject-token')?.[1];
  if (token === undefined) throw new Error('The gateway returned no token.');
  return token;
}

async function projectsOf({ identity }: About, token: string | null): Promise<readonly Project[]> {
  if (identity !== 'embedded' || token === null) return [];
  const { projects } = bodyOf(await ask(get('/v3/auth/projects'), token)) as { projects: Project[] };
  const found = projects.map(({ id, name }) => ({ id, name }));
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** Never fails: the token ends by itself, too. */
async function revoke(token: string): Promise<void> {
  const headers = headersOf(token, { 'X-Subject-Token': token });
  await fetch('/v3/auth/tokens', { method: 'DELETE', headers }).catch(() => undefined);
}

/** Forgets the tokens, and revokes those that the console made. */
export async function signOut({ token, isOwn, firstToken }: Session): Promise<void> {
  forget();
  if (token !== null && isOwn) await revoke(token);
  if (firstToken !== null && firstToken !== token) await revoke(firstToken);
}

/** The answer of `GET /console/api/session`. */
interface SessionBody extends Pick<Session, 'user' | 'roles' | 'isAdmin'> {
  readonly projectId: string | null;
}

type Tokens = Pick<Session, 'token' | 'isOwn' | 'firstToken'>;

async function open(about: About, tokens: Tokens): Promise<Session> {
  const { token } = tokens;
  const { projectId, ...known } = bodyOf(await ask(get('/console/api/session'), token)) as SessionBody;
  if (projectId === null) throw new Error('This token has no project. Images belong to projects.');
  return { ...known, ...tokens, projectId, about, projects: await projectsOf(about, token) };
}

function keep(session: Session): Session {
  sessionStorage.setItem(stored.token, session.token ?? '');
  sessionStorage.setItem(stored.isOwn, session.isOwn ? 'yes' : 'no');
  if (session.firstToken === null) sessionStorage.removeItem(stored.firstToken);
  else sessionStorage.setItem(stored.firstToken, session.firstToken);
  return session;
}

function forget(): void {
  for (const name of Object.values(stored)) sessionStorage.removeItem(name);
}

/** The name where it is known, otherwise the id. */
export function projectName({ projects, projectId }: Session): string {
  return projects.find(({ id }) => id === projectId)?.name ?? projectId;
}
