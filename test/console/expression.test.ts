import { type SearchFilter, parseSearchExpression, formatTagTerm } from '../../src/console/expression';

const nothing: SearchFilter = { names: [], ids: [], all: [], none: [], untagged: false, selector: null };
const has = (key: string, ...values: string[]) => ({ key, values });
const id = '3f2a1b00-0000-4000-8000-00000000abcd';

test.each<[string, Partial<SearchFilter>]>([
  ['', {}],
  ['   ', {}],
  ['""', {}],
  ['debian', { names: ['debian'] }],
  ['debian 12', { names: ['debian', '12'] }],
  ['"debian 12"', { names: ['debian 12'] }],
  ['name:base env=prod', { names: ['base'], all: [has('env', 'prod')] }],
  ['"name:base"', { names: ['name:base'] }],
  [id.toUpperCase(), { ids: [id] }],
  ['env=prod', { all: [has('env', 'prod')] }],
  ['env=', { all: [has('env', '')] }],
  ['env=*', { all: [has('env')] }],
  ['env="*"', { all: [has('env', '*')] }],
  ['env=a|b|a', { all: [has('env', 'a', 'b')] }],
  ['env="a|b"', { all: [has('env', 'a|b')] }],
  ['env=a env=b', { all: [has('env', 'a'), has('env', 'b')] }],
  ['a=b=c', { all: [has('a', 'b=c')] }],
  ['has:golden', { all: [has('golden')] }],
  ['has:=odd', { all: [has('=odd')] }],
  ['-os=win !has:golden', { none: [has('os', 'win'), has('golden')] }],
  ['-os=win -os=mac', { none: [has('os', 'win', 'mac')] }],
  ['-os=win -os=*', { none: [has('os')] }],
  ['"a b=c d" x', { names: ['x'], all: [has('a b', 'c d')] }],
  ['note="c d"', { all: [has('note', 'c d')] }],
  ['note="say ""hi"""', { all: [has('note', 'say "hi"')] }],
  ['"-minus=1"', { all: [has('-minus', '1')] }],
  ['untagged', { untagged: true }],
  ['untagged debian', { untagged: true, names: ['debian'] }],
  ['"untagged"', { names: ['untagged'] }],
  ['selector:env in (dev, "pre prod"), !rc', { selector: 'env in (dev, "pre prod"), !rc' }],
  ['web -has:rc selector: name:"a=b"', { names: ['web'], none: [has('rc')], selector: 'name:"a=b"' }],
  ['my-selector:x', { names: ['my-selector:x'] }],
  ['note="a selector:b"', { all: [has('note', 'a selector:b')] }],
])('%j asks for what it says', (text, filter) => {
  expect(parseSearchExpression(text)).toEqual({ filter: { ...nothing, ...filter } });
});

test.each([
  ['untagged env=prod', /cannot be combined/],
  ['"open', /not closed/],
  ['env="open', /not closed/],
  ['=value', /needs a key/],
  ['has:', /needs a key/],
  ['-golden', /“-has:golden” excludes/],
  ['web selector:env in (', /Selector: Expected a comma or "\)" at character 9/],
])('%j is refused', (text, words) => {
  expect(parseSearchExpression(text)).toEqual({ fault: expect.stringMatching(words) });
});

test.each([
  ['env', 'prod'],
  ['env', 'a|b'],
  ['env', '*'],
  ['a b', 'c "d" e'],
  ['-minus', '!'],
  ['name:x', 'has:y'],
  ['k', ''],
])('the term for the tag %j = %j finds that tag and no other', (key, value) => {
  expect(parseSearchExpression(formatTagTerm(key, value))).toEqual({
    filter: { ...nothing, all: [has(key, value)] },
  });
  expect(parseSearchExpression(formatTagTerm(key, null))).toEqual({
    filter: { ...nothing, all: [has(key)] },
  });
});
