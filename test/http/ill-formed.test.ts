import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { closeIdleSockets, send } from '../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
afterAll(closeIdleSockets);

let image: string;
beforeEach(async () => {
  const body = { tags: ['kept'] };
  const created = await send(given().port, 'POST', '/v2/images', { token: 'alice', body });
  image = created.json<{ id: string }>().id;
});

async function tags(): Promise<string[]> {
  const shown = await send(given().port, 'GET', `/v2/images/${image}`, { token: 'alice' });
  return shown.json<{ tags: string[] }>().tags.sort();
}

/** Sends the pieces, each in a packet of its own, and hears until the connection ends. */
async function exchange(...pieces: string[]): Promise<string> {
  const socket = connect({ port: given().port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  socket.on('data', (data) => (heard += data.toString('latin1')));
  const ended = new Promise<void>((resolve, reject) => {
    socket.once('close', () => {
      resolve();
    });
    socket.once('error', reject);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ended;
  return heard;
}

const statuses = (heard: string): number[] =>
  [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

const head = (method: string, tag: string, ...headers: string[]): string =>
  [
    `${method} /v2/images/${image}/tags/${tag} HTTP/1.1`,
    'Host: x',
    'X-Auth-Token: alice',
    ...headers,
    '',
    '',
  ].join('\r\n');

describe.each(['in one packet', 'in packets of their own'])('head and body %s', (packing) => {
  const say = (...pieces: string[]): Promise<string> =>
    packing === 'in one packet' ? exchange(pieces.join('')) : exchange(...pieces);

  test.each(['gzip', 'chunked, gzip', 'identity', 'chunked, chunked', 'xchunked'])(
    'a body framed by %s is refused, and its request does nothing',
    async (coding) => {
      const put = await say(head('PUT', 'new', `Transfer-Encoding: ${coding}`), '5\r\nhello\r\n0\r\n\r\n');
      const removed = await say(head('DELETE', 'kept', `Transfer-Encoding: ${coding}`), '0\r\n\r\n');
      expect([statuses(put), statuses(removed)]).toEqual([[400], [400]]);
      expect(await tags()).toEqual(['kept']);
    },
  );

  test('a request that needs no body is answered by what it did when its chunks are ill-formed', async () => {
    expect(statuses(await say(head('DELETE', 'kept', 'Transfer-Encoding: chunked'), 'zz\r\n'))).toEqual([
      204,
    ]);
    expect(await tags()).toEqual([]);
  });

  test('a request that needs its body is refused when its chunks are ill-formed, and does nothing', async () => {
    const path = `/v2/${alpha}/images/${image}/tags`;
    const request = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: alice\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(statuses(await say(request, '1f\r\n{"tag":{"key":"a","value":"b"}}zz'))).toEqual([400]);
    expect(await tags()).toEqual(['kept']);
  });

  test('what is no HTTP behind a request does not take its answer away', async () => {
    expect(statuses(await say(head('PUT', 'new'), 'GARBAGE /\x01\r\n\r\n'))[0]).toBe(204);
    expect(await tags()).toEqual(['kept', 'new']);
  });
});

test('what is no HTTP at all, or a head that is too large, is refused', async () => {
  expect(statuses(await exchange('GARBAGE\r\n\r\n'))).toEqual([400]);
  expect(statuses(await exchange(head('PUT', 'new', `X-Large: ${'x'.repeat(20_000)}`)))).toEqual([431]);
  expect(
    statuses(await exchange(head('PUT', randomUUID(), 'Content-Length: 1', 'Content-Length: 2'))),
  ).toEqual([400]);
  expect(await tags()).toEqual(['kept']);
});
