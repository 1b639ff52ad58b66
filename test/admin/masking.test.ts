import { maskBody, maskHeaders, maskTarget, RedactionContext } from '../../src/admin/masking';

function masked(
  text: string,
  { isIdentity = false, met = new RedactionContext(), bytes = text.length } = {},
) {
  const kept = Buffer.from(text);
  return maskBody({ kept, bytes: Math.max(bytes, kept.length), isIdentity }, met).body;
}

test('what holds no secret is shown as it was sent, to the space', () => {
  expect(masked('{ "tags" : ["a"] }')).toBe('{ "tags" : ["a"] }');
});

test.each([
  ['{"password":"p1","name":"n"}', '{"password":"***","name":"n"}'],
  ['{"a":[{"Secret":["s1"]}]}', '{"a":[{"Secret":"***"}]}'],
  ['{"token":{"id":"t1","user":"u"}}', '{"token":{"id":"***","user":"u"}}'],
  [
    '{"original_password":"p1","user":{"adminPass":7}}',
    '{"original_password":"***","user":{"adminPass":"***"}}',
  ],
  [
    '{"hw_ak_sk":{"access":{"key":"A"},"secret":{"key":"S"}}}',
    '{"hw_ak_sk":{"access":{"key":"A"},"secret":"***"}}',
  ],
])('%s becomes %s', (sent, shown) => {
  expect(masked(sent)).toBe(shown);
});

test('an answer that quotes a secret of its request does not tell it', () => {
  const met = new RedactionContext();
  maskHeaders({ 'x-auth-token': 'a-token-that-is-long-enough' }, met);
  masked('{"password":"correct horse"}', { met });
  const said = "instance: {'x': 'correct horse', 'y': 'a-token-that-is-long-enough'}";
  expect(masked(said, { met })).toBe("instance: {'x': '***', 'y': '***'}");
});

test('what is cut off, or no JSON, is shown only where no secret can be in it', () => {
  expect(masked('{"name":"x', { bytes: 100_000 })).toBe('{"name":"x');
  expect(masked('{"password":"x', { bytes: 100_000 })).toBeNull();
  expect(masked('name=x', { isIdentity: true })).toBeNull();
});

test('headers are masked unless they are known to be harmless', () => {
  const given = {
    Accept: 'x/y',
    'X-Auth-Token': 't',
    'x-made-up': 'v',
    authorization: 'Bearer abc',
    vary: ['a', 'b'],
  };
  expect(maskHeaders(given, new RedactionContext())).toEqual({
    accept: 'x/y',
    'x-auth-token': '***',
    'x-made-up': '***',
    authorization: 'Bearer ***',
    vary: 'a, b',
  });
  expect(maskHeaders({ authorization: 'abcdef' }, new RedactionContext())).toEqual({ authorization: '***' });
});

test('secrets in a query are masked, filters are not', () => {
  expect(maskTarget('/v2/images?tag=a&X-Auth-Token=t&password=p;name=n')).toBe(
    '/v2/images?tag=a&X-Auth-Token=***&password=***;name=n',
  );
});

test('an error page that only speaks of passwords is shown', () => {
  expect(masked('401 (e.g., bad password), or your browser')).toContain('bad password');
});
