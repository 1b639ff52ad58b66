import { excuseFor } from '../../../scripts/lab/identity/excuses';
import type { Pair } from '../../../scripts/lab/identity/pair';

type Given = Partial<Pair> & Pick<Pair, 'call' | 'keystone' | 'tagway'>;

const pair = (given: Given): Pair => ({
  hasLost: false,
  isGone: false,
  isAdmin: false,
  disabled: [],
  reached: [],
  ...given,
});
const get = (path: string, as?: string) => ({ method: 'GET', path, ...(as !== undefined && { as }) });
const post = (path: string, body: object = {}) => ({ method: 'POST', path, body });
const failed = (status: number, message: string) => ({ status, body: { error: { message } } });
const shown = (body: object, status = 200) => ({ status, body });
const missing = (what: string) => failed(404, `Could not find ${what}: (id).`);
const refused = failed(403, 'You are not authorized to perform the requested action');
const wrongToken = failed(401, 'The request you have made requires authentication.');
const credential = (more: object = {}) => ({ credential: { id: '<credential-1>', blob: 'a', ...more } });
const projects = (...all: object[]) => ({ projects: all });
const [on, off] = [
  { id: '<project-1>', enabled: true },
  { id: '<project-2>', enabled: false },
];
const systemLogin = post('/auth/tokens', { auth: { scope: { system: { all: true } } } });
const projectLogin = post('/auth/tokens', { auth: { scope: { project: { id: '<project-1>' } } } });
const token = (...roles: string[]) => shown({ token: { roles } }, 201);
const inherited = '/OS-INHERIT/domains/<domain-1>/users/<user-1>/roles';

const allowed: readonly (readonly [string, Given])[] = [
  ['K12', { call: post('/credentials'), keystone: shown(credential(), 201), tagway: missing('user') }],
  [
    'K12',
    {
      call: get('/credentials/1'),
      keystone: shown(credential({ colour: 'red' })),
      tagway: shown(credential()),
    },
  ],
  [
    'K34',
    {
      call: get('/users/<user-1>/projects'),
      keystone: shown(projects(on, off)),
      tagway: shown(projects(on)),
    },
  ],
  [
    'K34',
    {
      call: get('/auth/domains', '<token-1>'),
      keystone: shown({ domains: [{ id: '<domain-1>', enabled: false }] }),
      tagway: shown({ domains: ['<domain-default>'] }),
    },
  ],
  [
    'K4',
    {
      call: get('/auth/system', '<token-1>'),
      keystone: shown({ system: [] }),
      tagway: shown({ system: [{ all: true }] }),
      isAdmin: true,
    },
  ],
  ['K4', { call: systemLogin, keystone: wrongToken, tagway: token('<role-admin>'), isAdmin: true }],
  [
    'K4',
    {
      call: systemLogin,
      keystone: token('<role-reader>'),
      tagway: token('<role-admin>', '<role-reader>'),
      isAdmin: true,
    },
  ],
  [
    'K5',
    {
      call: get('/projects', '<token-1>'),
      keystone: refused,
      tagway: shown(projects(on)),
      reached: ['<project-1>'],
    },
  ],
  [
    'K35',
    {
      call: systemLogin,
      keystone: shown({ token: { roles: ['<role-member>', '<role-member>'], system: { all: true } } }, 201),
      tagway: shown({ token: { roles: ['<role-member>'], system: { all: true } } }, 201),
    },
  ],
  [
    'K36',
    {
      call: get('/credentials'),
      keystone: shown({ credentials: [{ blob: '{"access": "a", "secret": "b"}' }] }),
      tagway: shown({ credentials: [{ blob: '{"access":"a","secret":"b"}' }] }),
    },
  ],
  [
    'K27',
    {
      call: get('/users'),
      keystone: shown({ users: [{ description: null, id: '<user-2>' }, { id: '<user-1>' }] }),
      tagway: shown({ users: [{ id: '<user-1>' }, { id: '<user-2>' }] }),
    },
  ],
  ['K20', { call: get(inherited), keystone: shown({ roles: [] }), tagway: missing('user') }],
  [
    'K26',
    { call: get('/regions', '<token-1>'), keystone: missing('project'), tagway: wrongToken, isGone: true },
  ],
  ['K26', { call: get('/users/x', '<token-1>'), keystone: missing('user'), tagway: refused }],
];

const faults: readonly (readonly [string, Given])[] = [
  [
    'a pair of keys has another secret',
    {
      call: get('/credentials'),
      keystone: shown({ credentials: [{ blob: '{"access": "a", "secret": "b"}' }] }),
      tagway: shown({ credentials: [{ blob: '{"access":"a","secret":"c"}' }] }),
    },
  ],
  [
    'a user without a description is left out',
    {
      call: get('/users'),
      keystone: shown({ users: [{ description: null, id: '<user-2>' }, { id: '<user-1>' }] }),
      tagway: shown({ users: [{ id: '<user-1>' }] }),
    },
  ],
  [
    'a role is missing in a token for the system',
    {
      call: systemLogin,
      keystone: shown({ token: { roles: ['<role-member>', '<role-reader>'], system: { all: true } } }, 201),
      tagway: shown({ token: { roles: ['<role-member>'], system: { all: true } } }, 201),
    },
  ],
  [
    'a credential that is there is not found',
    { call: get('/credentials/1'), keystone: shown(credential()), tagway: missing('credential') },
  ],
  [
    'a credential is shown with another blob',
    {
      call: get('/credentials/1'),
      keystone: shown(credential({ colour: 'red' })),
      tagway: shown(credential({ blob: 'b' })),
    },
  ],
  [
    'an enabled project is left out',
    { call: get('/auth/projects'), keystone: shown(projects(on, off)), tagway: shown(projects()) },
  ],
  [
    'a project is listed that Keystone does not list',
    { call: get('/auth/projects'), keystone: shown(projects(off)), tagway: shown(projects(on)) },
  ],
  [
    'a login to a project lets in',
    { call: projectLogin, keystone: wrongToken, tagway: token('<role-admin>'), isAdmin: true },
  ],
  [
    'a reader is let into the system',
    { call: systemLogin, keystone: wrongToken, tagway: token('<role-reader>'), isAdmin: true },
  ],
  [
    'somebody becomes an admin of the system',
    { call: systemLogin, keystone: token('<role-reader>'), tagway: token('<role-admin>', '<role-reader>') },
  ],
  [
    "an admin's token lacks a role that was given on the system",
    { call: systemLogin, keystone: token('<role-reader>'), tagway: token('<role-admin>'), isAdmin: true },
  ],
  [
    'the system is listed for a reader',
    {
      call: get('/auth/system', '<token-1>'),
      keystone: shown({ system: [] }),
      tagway: shown({ system: [{ all: true }] }),
    },
  ],
  [
    'the system is left out',
    {
      call: get('/auth/system', '<token-1>'),
      keystone: shown({ system: [{ all: true }] }),
      tagway: shown({ system: [] }),
      isAdmin: true,
    },
  ],
  [
    'an enabled domain is left out',
    {
      call: get('/auth/domains', '<token-1>'),
      keystone: shown({ domains: [{ id: '<domain-1>', enabled: true }] }),
      tagway: shown({ domains: ['<domain-default>'] }),
    },
  ],
  [
    'a domain is listed that Keystone does not list',
    {
      call: get('/auth/domains', '<token-1>'),
      keystone: shown({ domains: [] }),
      tagway: shown({ domains: ['<domain-default>', { id: '<domain-1>', enabled: true }] }),
    },
  ],
  [
    "a stranger's project is listed",
    { call: get('/projects', '<token-1>'), keystone: refused, tagway: shown(projects(on)) },
  ],
  [
    'another domain is listed',
    {
      call: get('/domains', '<token-1>'),
      keystone: refused,
      tagway: shown({ domains: [{ id: '<domain-1>' }] }),
    },
  ],
  [
    'an inherited role is not found',
    { call: get(inherited), keystone: shown({ roles: [] }), tagway: missing('role assignment') },
  ],
  [
    'a token that holds is refused',
    { call: get('/regions/x', '<token-1>'), keystone: missing('region'), tagway: wrongToken },
  ],
  [
    'a wrong form is done',
    { call: post('/users'), keystone: failed(500, 'An unexpected error'), tagway: shown({ user: {} }, 201) },
  ],
];

it.each(allowed)('allows what %s says', (id, given) => {
  expect(excuseFor(pair(given))).toBe(id);
});

it.each(faults)('allows by no divergence that %s', (_, given) => {
  expect(excuseFor(pair(given))).toBeUndefined();
});
