import { testGateway } from '../support/gateway';
import { talk } from '../support/raw-talk';

const given = testGateway();

/** What a request without credentials is told, when it names this host. */
function asked(path: string, host: string, more = ''): Promise<string> {
  return talk(given().port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
}

const challenge = /^www-authenticate: (.*)\r$/im;

describe.each([
  ['/v2/images', ''],
  ['/v3/auth/projects', '/v3'],
])('the challenge of %s', (path, end) => {
  const uriOf = async (host: string): Promise<string | undefined> =>
    challenge.exec(await asked(path, host))?.[1];

  test.each(['images.example.org', 'images.example.org:9292', '[::1]:9292', '10.0.0.1', 'a_b.example'])(
    'names the host %s',
    async (host) => {
      expect(await uriOf(host)).toBe(`Keystone uri="http://${host}${end}"`);
    },
  );

  test.each(['a"b', 'a", evil="x', 'a b', 'a\tb', 'é.example', 'a<b', 'a\\b', 'a/b', 'a@b', 'a?b#c', ''])(
    'names the address instead of the host %j',
    async (host) => {
      expect(await uriOf(host)).toBe(`Keystone uri="http://127.0.0.1:${String(given().port)}${end}"`);
    },
  );

  test.each(['a\u0001b', 'a\u007fb', 'a\u0000b'])(
    'is not reached by a control character (%j)',
    async (host) => {
      const heard = await asked(path, host);
      expect(heard).toMatch(/^HTTP\/1\.1 40[01] /);
      expect(challenge.exec(heard)?.[1] ?? 'http://127.0.0.1:').toContain('http://127.0.0.1:');
    },
  );
});

test('links and places follow the same rule', async () => {
  const own = `http://127.0.0.1:${String(given().port)}/`;
  expect(await asked('/versions', 'a"b')).toContain(`"href": "${own}v2/"`);
  expect(await asked('/v3', 'a"b')).toContain(`${own}v3/`);
});
