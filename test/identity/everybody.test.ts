import { dialects } from '../../src/composition/dialects';
import { ConfigError, readConfig } from '../../src/settings/config';
import { testGateway } from '../support/gateway';
import { send } from '../support/wire';

const project = 'a1fa0000000000000000000000000001';
const given = testGateway({ env: { TAGWAY_IDENTITY: 'none', TAGWAY_NONE_PROJECT: project } });

test('everybody is a member of the one project, with no token, any token or a signature of anybody', async () => {
  const { port } = given();
  const made = await send(port, 'POST', '/v2/images', { body: { name: 'n', tags: ['k=v'] } });
  expect([made.status, made.json<{ owner: string }>().owner]).toEqual([201, project]);
  for (const headers of [{ 'X-Auth-Token': 'x' }, { Authorization: 'SDK-HMAC-SHA256 Access=x' }, {}]) {
    const answer = await send(port, 'GET', `/v2/${project}/images/tags`, { headers });
    expect(answer.json()).toEqual({ tags: [{ key: 'k', values: ['v'] }] });
  }
  expect((await send(port, 'GET', '/v2/be7a0000000000000000000000000002/images/tags')).status).toBe(403);
  expect((await send(port, 'GET', '/v3')).status).toBe(300);
});

test.each([
  ['another site', { Origin: 'http://evil.example' }],
  ['a sandboxed page', { Origin: 'null' }],
  ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
  ['another port of the same name', { 'Sec-Fetch-Site': 'same-site' }],
  ['a name that was made to lead here', { Host: 'evil.example' }],
  ['such a name with a port', { Host: 'evil.example:9292' }],
])('what a page of %s sends is refused', async (_, headers) => {
  const body = 'a=1';
  const answer = await send(given().port, 'POST', '/v2/images', { body, headers });
  expect(answer.status).toBe(401);
  expect((await send(given().port, 'GET', '/v1/cloudimages/tags', { headers })).status).toBe(401);
});

test('its own pages, and clients that name the machine, are served', async () => {
  const own = `127.0.0.1:${String(given().port)}`;
  for (const headers of [
    { Origin: `http://${own}`, 'Sec-Fetch-Site': 'same-origin', Host: own },
    { 'Sec-Fetch-Site': 'none' },
    { Host: 'localhost:9292' },
    { Host: '[::1]:9292' },
  ]) {
    expect((await send(given().port, 'GET', '/v2/images', { headers })).status).toBe(200);
  }
});

test('it listens on loopback only, unless told twice', () => {
  const at =
    (host: string, more = {}) =>
    () =>
      readConfig({ TAGWAY_IDENTITY: 'none', TAGWAY_HOST: host, ...more }, dialects);
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', '']) expect(at(host)).not.toThrow();
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.evil.org']) {
    expect(at(host)).toThrow(ConfigError);
    expect(at(host, { TAGWAY_NONE_ANYWHERE: 'yes' })).not.toThrow();
  }
  expect(() => readConfig({ TAGWAY_HOST: '0.0.0.0' }, dialects)).not.toThrow();
});
