import { type Filter, parseExpression } from '../../console/src/expression';

const nothing: Filter = { all: [], none: [], untagged: false, name: null };

test.each<[string, Partial<Filter>]>([
  ['', {}],
  ['   ', {}],
  ['golden', { all: [{ key: 'golden', values: [] }] }],
  ['env=prod', { all: [{ key: 'env', values: ['prod'] }] }],
  ['env=', { all: [{ key: 'env', values: [''] }] }],
  ['env=a|b|a', { all: [{ key: 'env', values: ['a', 'b'] }] }],
  ['a=b=c', { all: [{ key: 'a', values: ['b=c'] }] }],
  ['=odd', { all: [{ key: '=odd', values: [] }] }],
  [
    '-os=win !golden',
    {
      none: [
        { key: 'os', values: ['win'] },
        { key: 'golden', values: [] },
      ],
    },
  ],
  ['-os=win -os=mac', { none: [{ key: 'os', values: ['win', 'mac'] }] }],
  ['-os=win -os', { none: [{ key: 'os', values: [] }] }],
  [
    '"a b=c d" x',
    {
      all: [
        { key: 'a b', values: ['c d'] },
        { key: 'x', values: [] },
      ],
    },
  ],
  ['note="c d"', { all: [{ key: 'note', values: ['c d'] }] }],
  ['"-minus"', { all: [{ key: '-minus', values: [] }] }],
  ['-', { all: [{ key: '-', values: [] }] }],
  ['untagged', { untagged: true }],
  ['"untagged"', { all: [{ key: 'untagged', values: [] }] }],
  ['name:base env=prod', { name: 'base', all: [{ key: 'env', values: ['prod'] }] }],
  ['"name:base"', { all: [{ key: 'name:base', values: [] }] }],
])('%j asks for what it says', (text, filter) => {
  expect(parseExpression(text)).toEqual({ filter: { ...nothing, ...filter } });
});

test.each([
  ['env=a env=b', /twice/],
  ['untagged golden', /stands without other tags/],
  ['"open', /not closed/],
  ['env="open', /not closed/],
  ['""', /without a key/],
])('%j is refused', (text, words) => {
  expect(parseExpression(text)).toEqual({ fault: expect.stringMatching(words) });
});
