import { listen, type RunningServer } from '../../src/http/lifecycle';
import { testGateway } from '../support/gateway';
import { openTalk, statusesIn } from '../support/raw-talk';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { closeIdleSockets, send } from '../support/wire';

const given = testGateway({ replace: { authenticator: testAuthenticator } });
/** The same gateway, but less patient with heads and silence (ms). */
let hasty: RunningServer;
beforeAll(async () => {
  const bounds = { headersTimeout: 300, connectionsCheckingInterval: 100, inactivity: 1_500 };
  hasty = await listen(given().gateway.listener, '127.0.0.1', 0, null, bounds);
});
afterAll(async () => {
  closeIdleSockets();
  await hasty.drain(1_000);
});

test('a head that comes a byte at a time is given up, while others are served', async () => {
  const { socket, ended } = openTalk(hasty.port);
  const text = `GET /v2/images HTTP/1.1\r\nX-Slow: ${'x'.repeat(5_000)}`;
  let at = 0;
  const drip = setInterval(() => socket.write(text.charAt(at++)), 20);
  expect((await send(hasty.port, 'GET', '/v2/images', { token: 'alice' })).status).toBe(200);
  expect(statusesIn(await ended)).toEqual([408]);
  clearInterval(drip);
});

test('a connection that says nothing more is ended', async () => {
  const silent = openTalk(hasty.port);
  const halfway = openTalk(hasty.port);
  halfway.socket.write('POST /v2/images HTTP/1.1\r\nX-Auth-Token: alice\r\nContent-Length: 100\r\n\r\n{"na');
  expect((await silent.ended).length).toBeLessThan(200);
  expect(statusesIn(await halfway.ended).filter((status) => status < 400)).toEqual([]);
});

describe('with a clock of the test’s own', () => {
  // Sockets keep their time: only what the gateway waits for by itself is made to pass.
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance', 'Date', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a body that is half a minute on its way is refused, and nothing is done', async () => {
    const { socket, heard } = openTalk(given().port);
    const path = `/v2/${alpha}/images/67e17426-359e-49fb-aa12-0bd1756ec240/tags`;
    socket.write(`POST ${path} HTTP/1.1\r\nX-Auth-Token: alice\r\nContent-Length: 100\r\n\r\n{"tag"`);
    while (heard() === '') {
      jest.advanceTimersByTime(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(statusesIn(heard())).toEqual([400]);
    socket.destroy();
  });
});
