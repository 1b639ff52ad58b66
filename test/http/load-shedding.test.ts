import { setTimeout as sleep } from 'node:timers/promises';
import type { Authenticator } from '../../src/identity/authenticator';
import { testGateway } from '../support/gateway';
import { alpha, testAuthenticator } from '../support/test-authenticator';
import { send } from '../support/wire';

/** Requests by `slow` wait here until they are let go. */
let letGo: () => void = () => undefined;
let waiting = 0;
const gatekeeper: Authenticator = {
  authenticate: async (credentials) => {
    if (credentials.headers['x-slow'] === undefined) return testAuthenticator.authenticate(credentials);
    waiting += 1;
    await new Promise<void>((resolve) => {
      const before = letGo;
      letGo = () => {
        before();
        resolve();
      };
    });
    waiting -= 1;
    return testAuthenticator.authenticate(credentials);
  },
};

const limit = 4;
const given = testGateway({
  env: { TAGWAY_MAX_CONCURRENT: String(limit) },
  replace: { authenticator: gatekeeper },
});

afterEach(() => {
  letGo();
});

test('what comes beyond the limit is sent away at once, in the form of its dialect, and what is let in is served', async () => {
  const { port } = given();
  const slow = Array.from({ length: limit }, () =>
    send(port, 'GET', '/v2/images', { token: 'alice', headers: { 'X-Slow': '1' } }),
  );
  while (waiting < limit) await sleep(5);
  const paths = ['/v2/images', `/v2/${alpha}/images/x/tags`, '/v1/cloudimages/tags', '/v3'];
  const away = await Promise.all(paths.map((path) => send(port, 'GET', path, { token: 'alice' })));
  expect(away.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  expect(away.every(({ headers }) => headers['retry-after'] !== undefined)).toBe(true);
  expect(away[0]?.text).toContain('503 Service Unavailable');
  expect(away[1]?.json()).toHaveProperty('error');
  expect(away[3]?.json()).toHaveProperty('error.code', 503);
  // Whoever watches the gateway is not sent away.
  expect((await send(port, 'GET', '/readyz')).status).toBe(200);
  letGo();
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await send(port, 'GET', '/v2/images', { token: 'alice' })).status).toBe(200);
});
