import { excuseFor } from '../../../scripts/lab/identity/excuses';
import {
  assignmentOf,
  pair,
  get,
  post,
  failed,
  shown,
  missing,
  refused,
  wrongToken,
  credential,
  projects,
  on,
  off,
  systemLogin,
  projectLogin,
  token,
  lookAt,
  systemToken,
  inherited,
  type Given,
} from './lab-pairs';

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
    "a user's domain is shown by a former name",
    {
      call: lookAt,
      keystone: systemToken('house'),
      tagway: systemToken('home'),
      names: new Map([['<domain-1>', ['home', 'house']]]),
    },
  ],
  [
    'a role is shown by a former name',
    {
      call: get('/role_assignments?include_names'),
      keystone: assignmentOf('blue'),
      tagway: assignmentOf('red'),
      names: new Map([['<role-1>', ['red', 'blue']]]),
    },
  ],
  [
    'a list of roles has former names',
    {
      call: get('/roles'),
      keystone: assignmentOf('red'),
      tagway: assignmentOf('blue'),
      names: new Map([['<role-1>', ['red', 'blue']]]),
    },
  ],
  [
    "an admin's token for a project does more",
    {
      call: { ...post('/domains'), as: '<token-1>' },
      keystone: refused,
      tagway: shown({ domain: { id: '<domain-1>' } }, 201),
      isAdmin: true,
    },
  ],
  [
    'a token for a domain does more',
    {
      call: { ...post('/projects'), as: '<token-1>' },
      keystone: refused,
      tagway: shown({ project: { id: '<project-1>' } }, 201),
      isElsewhere: true,
    },
  ],
  [
    'another name is shown',
    {
      call: lookAt,
      keystone: systemToken('home'),
      tagway: systemToken('elsewhere'),
      names: new Map([['<domain-1>', ['home', 'house']]]),
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

it.each(faults)('allows by no divergence that %s', (_, given) => {
  expect(excuseFor(pair(given))).toBeUndefined();
});
