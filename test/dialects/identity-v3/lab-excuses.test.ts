import { excuseFor } from '../../../scripts/lab/identity/excuses';
import {
  assignmentOf,
  pair,
  get,
  post,
  shown,
  missing,
  refused,
  wrongToken,
  credential,
  projects,
  on,
  off,
  systemLogin,
  token,
  lookAt,
  systemToken,
  inherited,
  type Given,
} from './lab-pairs';

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
  [
    'K37',
    {
      call: lookAt,
      keystone: systemToken('home'),
      tagway: systemToken('house'),
      names: new Map([['<domain-1>', ['home', 'house']]]),
    },
  ],
  [
    'K37',
    {
      call: get('/role_assignments?include_names&effective'),
      keystone: assignmentOf('red'),
      tagway: assignmentOf('blue'),
      names: new Map([['<role-1>', ['red', 'blue']]]),
    },
  ],
  [
    'K4',
    {
      call: { ...post('/projects'), as: '<token-1>' },
      keystone: refused,
      tagway: shown({ project: { id: '<project-1>' } }, 201),
      isAdmin: true,
      isElsewhere: true,
    },
  ],
  ['K20', { call: get(inherited), keystone: shown({ roles: [] }), tagway: missing('user') }],
  [
    'K26',
    { call: get('/regions', '<token-1>'), keystone: missing('project'), tagway: wrongToken, isGone: true },
  ],
  ['K26', { call: get('/users/x', '<token-1>'), keystone: missing('user'), tagway: refused }],
];

it.each(allowed)('allows what %s says', (id, given) => {
  expect(excuseFor(pair(given))).toBe(id);
});
