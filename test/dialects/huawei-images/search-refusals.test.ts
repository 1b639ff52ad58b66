import { testGateway } from '../../support/gateway';
import { expectIms } from '../../support/huawei';
import { testAuthenticator } from '../../support/test-authenticator';
import { type Answer, send } from '../../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
const path = '/v2/searched/images/resource_instances/action';
const ask = (body: unknown): Promise<Answer> => send(given().port, 'POST', path, { token: 'admin', body });

const keys = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({ key: `k${String(n)}`, values: [] }));
const valuesOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `v${String(n)}`);
const lists = ['tags', 'tags_any', 'not_tags', 'not_tags_any'];

describe.each(lists)('the list %s', (list) => {
  test.each([
    ['ten keys of ten values', keys(10).map((key) => ({ ...key, values: valuesOf(10) }))],
    ['a key of 127 emoji', [{ key: '🏷'.repeat(127), values: ['🚀'.repeat(255)] }]],
  ])('may have %s', async (_, entries) => {
    expect((await ask({ action: 'count', [list]: entries })).status).toBe(200);
  });

  test.each([
    ['nothing', [], 'IMG.0001'],
    ['eleven keys', keys(11), 'IMG.0001'],
    ['eleven values', [{ key: 'k', values: valuesOf(11) }], 'IMG.0001'],
    [
      'a key twice',
      [
        { key: 'k', values: ['a'] },
        { key: 'k', values: ['b'] },
      ],
      'IMG.0001',
    ],
    ['a value twice', [{ key: 'k', values: ['a', 'a'] }], 'IMG.0001'],
    ['an empty key', [{ key: '', values: [] }], 'IMG.0115'],
    ['a key of blanks', [{ key: '  ', values: [] }], 'IMG.0115'],
    ['no key', [{ values: [] }], 'IMG.0115'],
    ['a number as key', [{ key: 1, values: [] }], 'IMG.0001'],
    ['a key of 128', [{ key: '键'.repeat(128), values: [] }], 'IMG.0115'],
    ['a value of 256', [{ key: 'k', values: ['值'.repeat(256)] }], 'IMG.0115'],
    ['NUL', [{ key: 'k', values: ['\u0000'] }], 'IMG.0115'],
    ['half a surrogate pair', [{ key: '\ud83d', values: [] }], 'IMG.0115'],
    ['a string as values', [{ key: 'k', values: 'v' }], 'IMG.0001'],
    ['numbers as values', [{ key: 'k', values: [1] }], 'IMG.0001'],
    ['null among the values', [{ key: 'k', values: [null] }], 'IMG.0001'],
    ['a string as entry', ['k'], 'IMG.0001'],
    ['an object instead of a list', { key: 'k', values: [] }, 'IMG.0001'],
    ['a string instead of a list', 'k', 'IMG.0001'],
  ])('may not have %s', async (_, entries, code) => {
    expectIms(await ask({ action: 'filter', [list]: entries }), 400, code);
    expectIms(await ask({ action: 'count', [list]: entries }), 400, code);
  });
});

test.each([
  ['no action', {}],
  ['an unknown action', { action: 'find' }],
  ['an action in capitals', { action: 'FILTER' }],
  ['a list of actions', { action: ['filter'] }],
  ['"true" for true', { action: 'filter', without_any_tag: 'true' }],
  ['1 for true', { action: 'filter', without_any_tag: 1 }],
  ['empty matches', { action: 'filter', matches: [] }],
  ['an unknown match', { action: 'filter', matches: [{ key: 'name', value: 'x' }] }],
  [
    'a match twice',
    {
      action: 'filter',
      matches: [
        { key: 'resource_id', value: 'x' },
        { key: 'resource_id', value: 'y' },
      ],
    },
  ],
  ['a match without a value', { action: 'filter', matches: [{ key: 'resource_id' }] }],
  ['a match by a list', { action: 'filter', matches: [{ key: ['resource_name'], value: 'n' }] }],
  ['a match with null', { action: 'filter', matches: [{ key: 'resource_name', value: null }] }],
  ['a match with a number', { action: 'filter', matches: [{ key: 'resource_name', value: 1 }] }],
  ['a match with NUL', { action: 'filter', matches: [{ key: 'resource_name', value: '\u0000' }] }],
  ['a match of 256', { action: 'filter', matches: [{ key: 'resource_name', value: 'n'.repeat(256) }] }],
  ['an object for matches', { action: 'filter', matches: { key: 'resource_id', value: 'x' } }],
])('%s is refused', async (_, body) => {
  expectIms(await ask(body), 400, 'IMG.0001');
});
