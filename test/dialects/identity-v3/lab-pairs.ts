import type { Pair } from '../../../scripts/lab/identity/pair';

export type Given = Partial<Pair> & Pick<Pair, 'call' | 'keystone' | 'tagway'>;

export const pair = (given: Given): Pair => ({
  hasLost: false,
  isGone: false,
  isAdmin: false,
  isElsewhere: false,
  disabled: [],
  names: new Map(),
  reached: [],
  ...given,
});
export const get = (path: string, as?: string) => ({ method: 'GET', path, ...(as !== undefined && { as }) });
export const post = (path: string, body: object = {}) => ({ method: 'POST', path, body });
export const failed = (status: number, message: string) => ({ status, body: { error: { message } } });
export const shown = (body: object, status = 200) => ({ status, body });
export const missing = (what: string) => failed(404, `Could not find ${what}: (id).`);
export const refused = failed(403, 'You are not authorized to perform the requested action');
export const wrongToken = failed(401, 'The request you have made requires authentication.');
export const credential = (more: object = {}) => ({
  credential: { id: '<credential-1>', blob: 'a', ...more },
});
export const projects = (...all: object[]) => ({ projects: all });
export const [on, off] = [
  { id: '<project-1>', enabled: true },
  { id: '<project-2>', enabled: false },
];
export const systemLogin = post('/auth/tokens', { auth: { scope: { system: { all: true } } } });
export const projectLogin = post('/auth/tokens', { auth: { scope: { project: { id: '<project-1>' } } } });
export const token = (...roles: string[]) => shown({ token: { roles } }, 201);
export const lookAt = { ...get('/auth/tokens'), subject: '<token-1>' };
export const systemToken = (domain: string) =>
  shown({
    token: {
      system: { all: true },
      user: { id: '<user-1>', name: 'one', domain: { id: '<domain-1>', name: domain } },
    },
  });
export const inherited = '/OS-INHERIT/domains/<domain-1>/users/<user-1>/roles';
export const assignmentOf = (name: string) =>
  shown({ role_assignments: [{ role: { id: '<role-1>', name } }] });
