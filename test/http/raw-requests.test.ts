import { testGateway } from '../support/gateway';
import { openTalk, statusesIn, talk } from '../support/raw-talk';
import { testAuthenticator } from '../support/test-authenticator';
import { closeIdleSockets, send } from '../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);

let image: string;
beforeEach(async () => {
  const created = await send(given().port, 'POST', '/v2/images', {
    token: 'alice',
    body: { tags: ['kept'] },
  });
  image = created.json<{ id: string }>().id;
});

async function tags(): Promise<string[]> {
  const shown = await send(given().port, 'GET', `/v2/images/${image}`, { token: 'alice' });
  return shown.json<{ tags: string[] }>().tags.sort();
}

function request(method: string, tag: string, ...headers: string[]): string {
  const line = `${method} /v2/images/${image}/tags/${tag} HTTP/1.1`;
  return [line, 'Host: x', 'X-Auth-Token: alice', ...headers, '', ''].join('\r\n');
}

const ask = async (text: string): Promise<number[]> => statusesIn(await talk(given().port, text));

describe('a request in the body of another, where two readers could disagree about its length', () => {
  const disputed: [string, (hidden: string) => string[]][] = [
    ['a length and chunks', () => ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['chunks and a length', (hidden) => ['Transfer-Encoding: chunked', length(hidden)]],
    ['two lengths', (hidden) => ['Content-Length: 0', length(hidden)]],
    ['two lengths in one', (hidden) => [`Content-Length: 0, ${String(hidden.length)}`]],
    ['a blank before the colon', (hidden) => [`Content-Length : ${String(hidden.length)}`]],
    ['a tab before the colon', (hidden) => [`Content-Length\t: ${String(hidden.length)}`]],
    ['chunks with a blank before the colon', () => ['Transfer-Encoding : chunked']],
    ['chunks behind a vertical tab', () => ['Transfer-Encoding: \x0bchunked']],
    ['chunks in quotes', () => ['Transfer-Encoding: "chunked"']],
    ['chunks twice', () => ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['a folded line', (hidden) => ['X: y', ` ${length(hidden)}`]],
    ['a folded coding', () => ['Transfer-Encoding:', ' chunked']],
    ['a bare line feed', (hidden) => [`X: y\n${length(hidden)}`]],
    ['a bare carriage return', (hidden) => [`X: y\r${length(hidden)}`]],
    ['NUL in a name', (hidden) => [`Content\0-Length: ${String(hidden.length)}`]],
    ['NUL in a value', () => ['X: a\0b']],
    ['a plus', (hidden) => [`Content-Length: +${String(hidden.length)}`]],
    ['a minus', () => ['Content-Length: -1']],
    ['hexadecimal', () => ['Content-Length: 0x10']],
    ['more than there are numbers', () => ['Content-Length: 99999999999999999999999']],
    ['a header without a name', () => [': chunked']],
    ['a line without a colon', () => ['Transfer-Encoding chunked']],
  ];
  const length = (hidden: string): string => `Content-Length: ${String(hidden.length)}`;

  test.each(disputed)('%s: it is refused, and neither of the two is done', async (_, headersOf) => {
    const hidden = request('PUT', 'smuggled');
    expect(await ask(request('PUT', 'outer', ...headersOf(hidden)) + `0\r\n\r\n${hidden}`)).toEqual([400]);
    expect(await tags()).toEqual(['kept']);
  });

  test.each(['-1', '+1', '0x1', ' 1', '1 ', '1;\n', '1\n', 'FFFFFFFFFFFFFFFFF', ''])(
    'a chunk of the size %j ends the connection, and what is behind it is not done',
    async (size) => {
      const chunked = request('PUT', 'outer', 'Transfer-Encoding: chunked');
      const statuses = await ask(`${chunked}${size}\r\nx\r\n0\r\n\r\n${request('PUT', 'smuggled')}`);
      // A request that needs no body may be done before its body is known to be none.
      expect([[204], [400]]).toContainEqual(statuses);
      expect(await tags()).toEqual(statuses[0] === 204 ? ['kept', 'outer'] : ['kept']);
    },
  );
});

test('fifty requests in one packet are answered in their order, also when one of them is refused', async () => {
  const all = Array.from({ length: 50 }, (_, at) =>
    at === 25
      ? request('DELETE', 'absent')
      : request('PUT', `t${String(at).padStart(2, '0')}`, ...(at === 49 ? ['Connection: close'] : [])),
  );
  const named = all.map((text, at) => text.replace('Host: x', `X-Openstack-Request-Id: req-${String(at)}`));
  const { socket, ended } = openTalk(given().port);
  socket.write(named.join(''));
  // Not `talk`: fifty changes of one image may well keep silent for a moment.
  const heard = await ended;
  expect(statusesIn(heard)).toEqual(all.map((_, at) => (at === 25 ? 404 : 204)));
  const ids = [...heard.matchAll(/X-Openstack-Request-Id: req-req-(\d+)/gi)].map(([, at]) => Number(at));
  expect(ids.length > 0 ? ids : all.map((_, at) => at)).toEqual(all.map((_, at) => at));
  expect((await tags()).length).toBe(50);
});

test.each([
  ['headers of 20 KB', () => `X: ${'x'.repeat(20_000)}`, 431],
  ['a name of 20 KB', () => `${'x'.repeat(20_000)}: x`, 431],
  [
    'headers of 20 KB in small ones',
    () => Array.from({ length: 1000 }, (_, at) => `X-${String(at)}: ${'x'.repeat(14)}`).join('\r\n'),
    431,
  ],
])('%s are refused', async (_, header, status) => {
  expect(await ask(request('PUT', 'new', header()))).toEqual([status]);
  expect(await tags()).toEqual(['kept']);
});

test('of a thousand short headers those behind the two hundredth are not seen', async () => {
  const many = Array.from({ length: 1000 }, () => 'a: b');
  const late = request('PUT', 'new', ...many).replace('X-Auth-Token: alice\r\n', '');
  const [status] = await ask(late.replace('\r\n\r\n', '\r\nX-Auth-Token: alice\r\n\r\n'));
  expect([401, 431]).toContain(status);
  expect(await tags()).toEqual(['kept']);
});

test('a target of 20 KB is refused', async () => {
  expect(await ask(request('PUT', 'x'.repeat(20_000)))).toEqual([431]);
  expect(await tags()).toEqual(['kept']);
});

test('a target may name scheme and host, and another form of target is no route', async () => {
  const at = (target: string): Promise<number[]> =>
    ask(`GET ${target} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\n\r\n`);
  expect(await at(`http://elsewhere:1/v2/images/${image}`)).toEqual([200]);
  expect(await at('*')).toEqual([expect.any(Number)]);
  expect((await at('v2/images'))[0]).toBeGreaterThanOrEqual(400);
  expect((await at('http://'))[0]).toBeLessThan(500);
});

test.each(['TRACE', 'PROPFIND', 'LOCK', 'SEARCH', 'PURGE', 'BREW', 'get', 'G\0T', ''])(
  'the method %j does nothing',
  async (method) => {
    const [status = 0] = await ask(request(method, 'new'));
    expect([400, 404, 405, 501]).toContain(status);
    expect(await tags()).toEqual(['kept']);
  },
);

test('nobody gets a tunnel by CONNECT, or another protocol by Upgrade', async () => {
  const connected = await ask('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n').catch(() => []);
  expect(connected.filter((status) => status < 400)).toEqual([]);
  for (const protocol of ['websocket', 'h2c', 'TLS/1.0']) {
    const statuses = await ask(request('DELETE', 'absent', 'Connection: Upgrade', `Upgrade: ${protocol}`));
    expect(statuses).toEqual([404]);
  }
});

test('a connection of HTTP/1.0 is kept only for who asks for it', async () => {
  const old = (...headers: string[]): string =>
    request('PUT', 'new', ...headers).replace('HTTP/1.1', 'HTTP/1.0');
  expect(await ask(old() + old())).toEqual([204]);
  expect(await ask(old('Connection: keep-alive') + old('Connection: keep-alive'))).toEqual([204, 204]);
});
