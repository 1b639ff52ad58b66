import { IdentityRefused } from '../identity/errors';
import type { SeedIdentity } from './seed';

/**
 * Where another service keeps users and projects a seed brings only images, and names each one's project by
 * the id that it has there.
 */
export const externalSeedIdentity: SeedIdentity = {
  directory: {
    ensureProject: refuse,
    ensureUser: refuse,
    setRoles: refuse,
    requireUser: refuse,
    requireProject: (id) => Promise.resolve({ id, name: id }),
  },
  accessKeys: { ensure: refuse },
  applicationCredentials: { ensure: refuse },
};

function refuse(): Promise<never> {
  return Promise.reject(
    new IdentityRefused(
      { kind: 'not-allowed', action: 'seed' },
      'users, projects and access keys are kept elsewhere, as TAGWAY_IDENTITY says',
    ),
  );
}
