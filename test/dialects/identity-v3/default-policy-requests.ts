/*
 * What every caller of default-policy.ts asks for. `:name` stands for the id of that thing, `:own` for the caller's own
 * one, `:own name` for a name of its own. What is allowed changes nothing that another request depends on.
 */

const both = (path: string, ...names: readonly string[]): string[] =>
  names.map((name) => `GET /${path}/:${name}`);

const reads = [
  ...['/users', '/projects', '/groups', '/domains', '/roles', '/roles?domain_id=:home'].map(get),
  ...both('users', 'userHome', 'userOther', 'own', 'unknown'),
  ...both('projects', 'projectHome', 'projectBeside', 'projectOther', 'unknown'),
  ...both('groups', 'groupHome', 'groupOther'),
  ...both('domains', 'home', 'other', 'default'),
  ...both('roles', 'reader', 'admin', 'custom', 'local'),
  ...['/users/:userHome', '/users/:userOther', '/users/:own'].flatMap((user) =>
    ['groups', 'projects', 'application_credentials', 'access_rules', 'credentials/OS-EC2'].map((of) =>
      get(`${user}/${of}`),
    ),
  ),
  'GET /users/:userHome/credentials/OS-EC2/:access',
  ...['/projects/:projectHome/tags', '/projects/:projectBeside/tags', '/projects/:projectOther/tags'].map(
    get,
  ),
  ...['/groups/:groupHome/users', '/groups/:groupOther/users', '/groups/:groupHome/users/:userHome'].map(get),
  ...['/regions', '/services', '/endpoints', '/policies', '/OS-EP-FILTER/endpoint_groups'].map(get),
  ...['/registered_limits', '/limits', '/limits/model', '/role_inferences', '/credentials'].map(get),
  ...both('regions', 'region'),
  ...both('services', 'service'),
  ...both('endpoints', 'endpoint'),
  ...both('policies', 'policy'),
  ...both('OS-EP-FILTER/endpoint_groups', 'endpointGroup'),
  ...both('registered_limits', 'registeredLimit'),
  ...both('limits', 'limitHome', 'limitBeside', 'limitOther', 'limitDomain'),
  ...both('credentials', 'credential'),
  ...['/roles/:admin/implies', '/roles/:member/implies/:reader'].map(get),
  'HEAD /roles/:member/implies/:reader',
  ...['', '?scope.project.id=:projectHome', '?scope.domain.id=:home', '?user.id=:own'].map((query) =>
    get(`/role_assignments${query}`),
  ),
  'GET /role_assignments?scope.project.id=:projectHome&include_subtree',
  'GET /projects/:projectHome/users/:userHome/roles',
  'GET /projects/:projectHome/users/:userHome/roles/:reader',
  'GET /projects/:projectOther/users/:userHome/roles',
  'GET /domains/:home/users/:userHome/roles',
  'GET /system/users/:userHome/roles',
  'GET /OS-EP-FILTER/projects/:projectHome/endpoints',
  'GET /OS-EP-FILTER/endpoints/:endpoint/projects',
  ...['/auth/projects', '/auth/domains', '/auth/system', '/auth/catalog'].map(get),
];

const changes: readonly (readonly [string, object?])[] = [
  ['POST /users', { user: { name: ':own user', domain_id: ':home' } }],
  ['POST /users', { user: { name: ':own other user', domain_id: ':other' } }],
  ['POST /users', { user: { name: ':own homeless user' } }],
  ['PATCH /users/:userHome', { user: { description: 'x' } }],
  ['PATCH /users/:userOther', { user: { description: 'x' } }],
  ['PATCH /users/:own', { user: { description: 'x' } }],
  ['DELETE /users/:unknown'],
  ['POST /groups', { group: { name: ':own group', domain_id: ':home' } }],
  ['POST /groups', { group: { name: ':own other group', domain_id: ':other' } }],
  ['PATCH /groups/:groupHome', { group: { description: 'x' } }],
  ['PATCH /groups/:groupOther', { group: { description: 'x' } }],
  ['PUT /groups/:groupHome/users/:userHome'],
  ['PUT /groups/:groupHome/users/:userOther'],
  ['DELETE /groups/:groupOther/users/:userOther'],
  ['POST /projects', { project: { name: ':own project', domain_id: ':home' } }],
  ['POST /projects', { project: { name: ':own other project', domain_id: ':other' } }],
  ['POST /projects', { project: { name: ':own below', parent_id: ':projectBeside' } }],
  ['PATCH /projects/:projectHome', { project: { description: 'x' } }],
  ['PATCH /projects/:projectOther', { project: { description: 'x' } }],
  ['PUT /projects/:projectHome/tags', { tags: ['a'] }],
  ['PUT /projects/:projectOther/tags', { tags: ['a'] }],
  ['DELETE /projects/:projectBeside/tags'],
  ['POST /domains', { domain: { name: ':own domain' } }],
  ['PATCH /domains/:home', { domain: { description: 'x' } }],
  ['POST /roles', { role: { name: ':own role' } }],
  ['POST /roles', { role: { name: ':own local role', domain_id: ':home' } }],
  ['PATCH /roles/:custom', { role: { description: 'x' } }],
  ['PATCH /roles/:local', { role: { description: 'x' } }],
  ['PUT /projects/:projectHome/users/:userHome/roles/:reader'],
  ['PUT /projects/:projectHome/users/:userHome/roles/:custom'],
  ['PUT /projects/:projectHome/users/:userHome/roles/:admin'],
  ['PUT /projects/:projectOther/users/:userHome/roles/:reader'],
  ['PUT /projects/:projectHome/users/:userOther/roles/:reader'],
  ['PUT /domains/:home/groups/:groupHome/roles/:reader'],
  ['PUT /domains/:home/groups/:groupHome/roles/:admin'],
  ['DELETE /projects/:projectHome/users/:userHome/roles/:member'],
  ['DELETE /projects/:projectOther/users/:userHome/roles/:manager'],
  ['PUT /system/users/:userHome/roles/:reader'],
  ['DELETE /roles/:custom/implies/:reader'],
  ['POST /regions', { region: {} }],
  ['PATCH /regions/:region', { region: { description: 'x' } }],
  ['POST /services', { service: { type: 'x' } }],
  ['PATCH /services/:service', { service: { name: 'x' } }],
  ['PATCH /endpoints/:endpoint', { endpoint: { url: 'http://host/' } }],
  ['PATCH /policies/:policy', { policy: { blob: 'x' } }],
  ['PATCH /OS-EP-FILTER/endpoint_groups/:endpointGroup', { endpoint_group: { description: 'x' } }],
  ['PATCH /registered_limits/:registeredLimit', { registered_limit: { description: 'x' } }],
  ['PATCH /limits/:limitHome', { limit: { description: 'x' } }],
  ['POST /credentials', { credential: { type: 'other', blob: 'x', user_id: ':userHome' } }],
  ['POST /credentials', { credential: { type: 'other', blob: 'x', user_id: ':own' } }],
  ['PATCH /credentials/:credential', { credential: { blob: 'y' } }],
  ['POST /users/:userHome/credentials/OS-EC2', { tenant_id: ':projectHome' }],
  ['POST /users/:own/credentials/OS-EC2', { tenant_id: ':projectHome' }],
  ['DELETE /users/:own/credentials/OS-EC2/:unknown'],
  ['POST /users/:userHome/application_credentials', { application_credential: { name: ':own' } }],
  ['POST /users/:own/application_credentials', { application_credential: { name: ':own' } }],
  ['DELETE /users/:userHome/application_credentials/:unknown'],
  ['DELETE /users/:userHome/access_rules/:unknown'],
];

function get(path: string): string {
  return `GET ${path}`;
}

export const requests: readonly (readonly [string, object?])[] = [
  ...reads.map((line) => [line] as const),
  ...changes,
];
