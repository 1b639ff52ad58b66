import { once } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { connect } from 'node:net';
import { talk } from '../support/raw-talk';
import { closeAll, recordBefore, startRawService, startService } from './proxied';

afterEach(closeAll);

function ask(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): ClientRequest {
  return request({ host: '127.0.0.1', port, method, path, headers, agent: false });
}

async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

test('passes a request on as it came, to the host of the service, and writes both sides down', async () => {
  const seen = { head: '' };
  const upstream = await startRawService((socket, heard) => {
    seen.head = heard.split('\r\n\r\n', 1)[0] ?? '';
    socket.end(
      'HTTP/1.1 207 Odd Reason\r\nX-OpenStack-Thing: a\r\nx-openstack-thing: b\r\nContent-Length: 2\r\n\r\nok',
    );
  });
  const proxy = await recordBefore(upstream);
  const heard = await talk(
    proxy.port,
    'PUT /v2//images/%7e?a=1&a=2 HTTP/1.1\r\nHost: elsewhere\r\nAccept: */*\r\nX-OpenStack-Two: 1\r\nX-OpenStack-Two: 2\r\n' +
      'Content-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
  );
  const host = new URL(upstream).host;
  const [line, ...headers] = seen.head.split('\r\n');
  expect(line).toBe('PUT /v2//images/%7e?a=1&a=2 HTTP/1.1');
  expect(headers).toEqual([
    `Host: ${host}`,
    ...[
      'Accept: */*',
      'X-OpenStack-Two: 1',
      'X-OpenStack-Two: 2',
      'Content-Type: text/plain',
      'Content-Length: 5',
    ],
  ]);
  expect(heard).toMatch(
    /^HTTP\/1\.1 207 Odd Reason\r\nX-OpenStack-Thing: a\r\nx-openstack-thing: b\r\nContent-Length: 2\r\n/,
  );
  expect(heard).toMatch(/\r\n\r\nok$/);
  const [exchange] = await proxy.exchanges(1);
  expect(exchange?.request).toMatchObject({
    method: 'PUT',
    target: '/v2//images/%7e?a=1&a=2',
    body: 'hello',
  });
  expect(exchange?.response).toMatchObject({ status: 207, reason: 'Odd Reason', body: 'ok' });
});

test('streams both ways: nothing waits for the end of a body', async () => {
  const upstream = await startService((req, res) => {
    res.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    req.pipe(res);
  });
  const proxy = await recordBefore(upstream);
  const sent = ask(proxy.port, 'PUT', '/v2/images/1/file', {
    'Content-Type': 'application/octet-stream',
    'Transfer-Encoding': 'chunked',
  });
  const data = randomBytes(3 * 1024 * 1024);
  sent.write(data.subarray(0, 1000));
  const answer = await answerOf(sent);
  const [first] = (await once(answer, 'data')) as [Buffer];
  expect(first.equals(data.subarray(0, 1000))).toBe(true);
  sent.end(data.subarray(1000));
  expect((await buffer(answer)).equals(data.subarray(1000))).toBe(true);
  const note = { bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') };
  const [exchange] = await proxy.exchanges(1);
  expect(exchange?.request.data).toMatchObject(note);
  expect(exchange?.response?.data).toMatchObject(note);
  expect(proxy.text().length).toBeLessThan(5_000);
});

test('an answer that comes before the request is whole reaches the client', async () => {
  const upstream = await startRawService((socket) => {
    socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const proxy = await recordBefore(upstream);
  const sent = ask(proxy.port, 'PUT', '/v2/images/1/file', { 'Content-Length': '5000000' });
  sent.on('error', () => undefined);
  sent.write(Buffer.alloc(1_000_000));
  const answer = await answerOf(sent);
  expect(answer.statusCode).toBe(413);
  sent.destroy();
  const [exchange] = await proxy.exchanges(1);
  expect(exchange).toMatchObject({
    response: { status: 413 },
    broken: 'it ended before the request was whole',
  });
});

test('Expect: 100-continue is the service’s to answer', async () => {
  const upstream = await startService((req, res) => {
    req.resume().on('end', () => res.end());
  });
  const proxy = await recordBefore(upstream);
  const sent = ask(proxy.port, 'PUT', '/v2/images/1/file', { Expect: '100-continue', 'Content-Length': '3' });
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.end('abc');
  expect((await answerOf(sent)).statusCode).toBe(200);
});

test('a client that goes away ends the request to the service, and what came is kept', async () => {
  let ended: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (ended = resolve));
  const upstream = await startService((_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': '100' });
    res.write('begun');
    res.once('close', ended);
  });
  const proxy = await recordBefore(upstream);
  const answer = await answerOf(ask(proxy.port, 'GET', '/v2/images').end());
  await once(answer, 'data');
  answer.destroy();
  await gone;
  const [exchange] = await proxy.exchanges(1);
  expect(exchange).toMatchObject({
    response: { status: 200, body: 'begun' },
    broken: 'the client closed the connection before it had the answer',
  });
});

test('the end of the recording loses no exchange in flight', async () => {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const upstream = await startService((req, res) => {
    if (req.url === '/first') res.end('done');
    else arrive();
  });
  const proxy = await recordBefore(upstream);
  await (await fetch(`${proxy.url}/first`)).text();
  const waiting = fetch(`${proxy.url}/second`).catch(() => undefined);
  await arrived;
  await proxy.stop();
  await waiting;
  const targets = (await proxy.exchanges(2)).map(({ request: { target }, broken }) => [
    target,
    broken !== undefined,
  ]);
  expect(targets).toEqual([
    ['/first', false],
    ['/second', true],
  ]);
});

test('answers lead back to the proxy, and the recording does not name the service', async () => {
  const service: { url?: string } = {};
  service.url = await startService((_req, res) => {
    const body = JSON.stringify({
      href: `${String(service.url)}/v2/`,
      other: `${String(service.url)}1/v2`,
      note: 'é',
    });
    res.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Location: `${String(service.url)}/v2/images/1`,
    });
    res.end(body);
  });
  const proxy = await recordBefore(`${service.url}/v2`);
  const answer = await fetch(`${proxy.url}/`);
  expect(await answer.json()).toEqual({ href: `${proxy.url}/v2/`, other: `${service.url}1/v2`, note: 'é' });
  expect(answer.headers.get('location')).toBe(`${proxy.url}/v2/images/1`);
  const [exchange] = await proxy.exchanges(1);
  expect(exchange?.response?.body).toContain('"href":"${BASE}/v2/"');
  expect(exchange?.response?.headers).toContainEqual(['Location', '${BASE}/v2/images/1']);
  expect(exchange?.request.headers.find(([name]) => name.toLowerCase() === 'host')).toEqual([
    expect.any(String),
    '${HOST}',
  ]);
});

test('/v3 goes to the identity service, below the paths that both have', async () => {
  const seen: string[] = [];
  const url = await startService((req, res) => {
    seen.push(req.url ?? '');
    res.end();
  });
  const proxy = await recordBefore(`${url}/image/`, { identity: `${url}/identity/v3` });
  for (const path of ['/v3/auth/tokens?a', '/v2/images', '/v30']) await fetch(proxy.url + path);
  expect(seen).toEqual(['/identity/v3/auth/tokens?a', '/image/v2/images', '/image/v30']);
});

test('is a proxy for that service alone: signed requests keep its host, others are refused', async () => {
  const seen: string[] = [];
  const upstream = await startService((req, res) => {
    seen.push(`${String(req.headers.host)}${String(req.url)}`);
    res.end();
  });
  const host = new URL(upstream).host;
  const proxy = await recordBefore(upstream);
  const through = (url: string): Promise<string> =>
    talk(proxy.port, `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`);
  expect(await through(`http://${host}/v2/images?limit=1`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await through('http://169.254.169.254/latest')).toMatch(
    /^HTTP\/1\.1 421 [^]*stands before http:\/\/127/,
  );
  expect(await talk(proxy.port, 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n')).toMatch(/^HTTP\/1\.1 405 /);
  expect(seen).toEqual([`${host}/v2/images?limit=1`]);
});

test('a request that is no HTTP harms nothing', async () => {
  const proxy = await recordBefore(await startService((_req, res) => res.end('here')));
  const socket = connect(proxy.port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
  socket.end('GET\u0000 / nonsense\r\n\r\n');
  await once(socket, 'close');
  expect(await (await fetch(proxy.url)).text()).toBe('here');
});
