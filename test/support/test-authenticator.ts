import type { Caller } from '../../src/core/caller';
import type { Authenticator } from '../../src/identity/authenticator';
import { aCaller } from './gateway';

export const alpha = 'a1fa0000000000000000000000000001';
export const beta = 'beta0000000000000000000000000002'.replace(/[^0-9a-f]/g, '0');
export const adminProject = 'ad000000000000000000000000000003';

/** Callers by token, named as the recordings name them. */
export const callers: Readonly<Record<string, Caller>> = {
  alice: aCaller(alpha, { userId: 'alice' }),
  carol: aCaller(alpha, { userId: 'carol' }),
  bob: aCaller(beta, { userId: 'bob' }),
  'reader-user': aCaller(alpha, { userId: 'reader-user', roles: ['reader'], accessLevel: 'reader' }),
  nobody: aCaller(alpha, { userId: 'nobody', roles: ['strange'], accessLevel: 'none' }),
  admin: aCaller(adminProject, { userId: 'admin', roles: ['admin'], accessLevel: 'admin' }),
  unscoped: aCaller(adminProject, { scope: 'unscoped', projectId: null, roles: [], accessLevel: 'none' }),
  domain: aCaller(adminProject, { scope: 'domain', projectId: null, roles: ['admin'], accessLevel: 'admin' }),
  system: aCaller(adminProject, { scope: 'system', projectId: null, roles: ['admin'], accessLevel: 'admin' }),
};

/** For tests of dialects that are not about identity: the token is the caller's name. */
export const testAuthenticator: Authenticator = {
  authenticate: ({ headers }) => {
    const token = headers['x-auth-token'];
    if (token === undefined || token === '') return Promise.resolve({ fault: 'missing' });
    const caller = callers[token];
    return Promise.resolve(caller ? { caller } : { fault: 'token-invalid' });
  },
};
