import type { OperationNames } from '../../http/operations';

/** As the contract names them; that they agree is tested. */
export const operations: OperationNames = {
  '/v3': { GET: 'showVersion' },
  '/v3/auth/tokens': { GET: 'showToken', POST: 'createToken', DELETE: 'revokeToken' },
  '/v3/auth/catalog': { GET: 'showCatalog' },
  '/v3/auth/projects': { GET: 'listOwnProjects' },
  '/v3/projects': { GET: 'listProjects' },
  '/v3/users/:user_id/projects': { GET: 'listUserProjects' },
  '/v3/projects/:project_id': { GET: 'showProject' },
  '/v3/users': { GET: 'listUsers' },
  '/v3/users/:user_id': { GET: 'showUser' },
  '/v3/auth/domains': { GET: 'listOwnDomains' },
  '/v3/domains': { GET: 'listDomains' },
  '/v3/domains/default': { GET: 'showDomain' },
  '/v3/regions': { GET: 'listRegions' },
  '/v3/regions/RegionOne': { GET: 'showRegion' },
  '/v3/users/:user_id/application_credentials': {
    GET: 'listApplicationCredentials',
    POST: 'createApplicationCredential',
  },
  '/v3/users/:user_id/application_credentials/:credential_id': {
    GET: 'showApplicationCredential',
    DELETE: 'deleteApplicationCredential',
  },
};
